#!/bin/sh
# Version:   moto 5.2.5.
# Guess:     TransactWriteItems sent twice with the same ClientRequestToken, as after a lost answer, is done once,
#            as on AWS.
# Behaviour: The token is accepted and ignored: it is done twice.
# Seen:      a counter raised by 1 is 2.
# Here:      Idempotency is tested on ministack.
set -eu

packages="
    boto3==1.43.106 botocore==1.43.106 certifi==2026.10.18 cffi==2.1.1 charset-normalizer==3.5.2
    cryptography==50.0.2 docker==7.2.0 idna==3.20 jmespath==1.1.0 markupsafe==3.0.4 moto==5.2.5
    py-partiql-parser==0.6.3 pycparser==3.12 python-dateutil==2.9.0.post0 pyyaml==6.0.3 requests==2.34.2
    responses==0.26.3 s3transfer==0.19.3 six==1.17.0 urllib3==2.8.0 werkzeug==3.1.9 xmltodict==1.0.4
"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
# shellcheck disable=SC2086  # a word a package
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps $packages
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import os
import sys
from importlib.metadata import version

os.environ.update(AWS_DEFAULT_REGION="eu-north-1", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")

import boto3
from moto import mock_aws

with mock_aws():
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="lamps",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    raised = {
        "TableName": "lamps",
        "Key": {"id": {"S": "wren"}},
        "UpdateExpression": "ADD sold :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        dynamodb.transact_write_items(ClientRequestToken="order-18203", TransactItems=[{"Update": raised}])
    seen = dynamodb.get_item(TableName="lamps", Key={"id": {"S": "wren"}})["Item"]["sold"]["N"]

print(f"Version:   moto {version('moto')}")
print("Guess:     the same transaction with the same token is done once")
print("Behaviour: it is done twice")
print(f"Seen:      a counter raised by 1 is {seen}")
sys.exit(seen != "2")
END
