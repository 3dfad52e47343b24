#!/bin/sh
# Version:   Powertools for AWS Lambda 3.37.0, SesModel of its parser.
# Guess:     SesModel accepts each event that a receipt rule of SES sends to a Lambda function.
# Behaviour: It refuses mail without a Subject or a To header, both optional in mail, and every event of a rule that
#            invokes the function as RequestResponse, which is what a function needs to stop the rule set.
# Seen:      the event of the AWS documentation is accepted; without a subject, without To, or with RequestResponse
#            it is not.
# Here:      Events of SES are read by ourselves.
set -eu

packages="
    annotated-types==0.8.0 aws-lambda-powertools==3.37.0 jmespath==1.1.0 pydantic-core==2.50.4 pydantic==2.14.3
    typing-extensions==4.16.0 typing-inspection==0.4.5
"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
# shellcheck disable=SC2086  # a word a package
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps $packages
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import copy
import sys
from importlib.metadata import version

from aws_lambda_powertools.utilities.parser import ValidationError
from aws_lambda_powertools.utilities.parser.models import SesModel

PASS = {"status": "PASS"}
EVENT = {
    "Records": [
        {
            "eventSource": "aws:ses",
            "eventVersion": "1.0",
            "ses": {
                "mail": {
                    "timestamp": "2026-11-24T13:20:00.000Z",
                    "source": "ada.lindqvist@example.com",
                    "messageId": "o3vrnil0e2ic28tr",
                    "destination": ["support@example.org"],
                    "headersTruncated": False,
                    "headers": [{"name": "From", "value": "Ada Lindqvist <ada.lindqvist@example.com>"}],
                    "commonHeaders": {
                        "returnPath": "ada.lindqvist@example.com",
                        "from": ["Ada Lindqvist <ada.lindqvist@example.com>"],
                        "date": "Tue, 24 Nov 2026 13:20:00 +0000",
                        "to": ["support@example.org"],
                        "messageId": "<0123456789@example.com>",
                        "subject": "The lamp flickers",
                    },
                },
                "receipt": {
                    "timestamp": "2026-11-24T13:20:00.000Z",
                    "processingTimeMillis": 574,
                    "recipients": ["support@example.org"],
                    "spamVerdict": PASS,
                    "virusVerdict": PASS,
                    "spfVerdict": PASS,
                    "dkimVerdict": PASS,
                    "dmarcVerdict": PASS,
                    "action": {
                        "type": "Lambda",
                        "invocationType": "Event",
                        "functionArn": "arn:aws:lambda:eu-north-1:123456789012:function:mail",
                    },
                },
            },
        }
    ]
}


def refused(change):
    """Return the fields for which a changed event is refused."""
    event = copy.deepcopy(EVENT)
    change(event["Records"][0]["ses"])
    try:
        SesModel.model_validate(event)
    except ValidationError as error:
        return [str(one["loc"][-1]) for one in error.errors()]
    return []


seen = {
    "as documented": refused(lambda ses: None),
    "no subject": refused(lambda ses: ses["mail"]["commonHeaders"].pop("subject")),
    "no To": refused(lambda ses: ses["mail"]["commonHeaders"].pop("to")),
    "RequestResponse": refused(lambda ses: ses["receipt"]["action"].update(invocationType="RequestResponse")),
}
print(f"Version:   aws-lambda-powertools {version('aws-lambda-powertools')}")
print("Guess:     SesModel accepts what SES sends to a function")
print("Behaviour: it refuses mail without Subject or To, and functions invoked as RequestResponse")
print(f"Seen:      fields refused: {seen}")
sys.exit(list(seen.values()) != [[], ["subject"], ["to"], ["invocationType"]])
END
