#!/bin/sh
# Version:   moto 5.2.5.
# Guess:     Messages of a FIFO group that were received and not deleted all come back after the visibility timeout,
#            in order.
# Behaviour: Only the last of them comes back, again and again; the earlier ones are gone for readers, though they
#            count as in the queue.
# Seen:      received 0 1 2; after each timeout: 2.
# Here:      What is tried again is tested on ministack.
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
import time
from importlib.metadata import version

os.environ.update(AWS_DEFAULT_REGION="eu-north-1", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")

import boto3
from moto import mock_aws

with mock_aws():
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="mail.fifo", Attributes={"FifoQueue": "true", "VisibilityTimeout": "1"})["QueueUrl"]
    for number in "012":
        sqs.send_message(QueueUrl=queue, MessageBody=number, MessageGroupId="lamp", MessageDeduplicationId=number)

    def received():
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [one["Body"] for one in found.get("Messages", [])]

    seen = [received()]
    for _ in range(3):
        time.sleep(1.5)
        seen.append(received())

print(f"Version:   moto {version('moto')}")
print("Guess:     after the visibility timeout all three come back, in order")
print("Behaviour: only the last one does, each time")
print(f"Seen:      {seen}")
sys.exit(seen != [["0", "1", "2"], ["2"], ["2"], ["2"]])
END
