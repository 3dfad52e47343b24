#!/bin/sh
# Version:   ministack 1.5.33.
# Guess:     ConsumedCapacity grows with what a Query reads, as that of a write does with what it writes: 50 units
#            for 50 items of 4 KB.
# Behaviour: A consistent Query consumes 1 unit, however much it reads; writes are counted by size.
# Seen:      a PutItem of 30 KB consumes 30 units, a Query of 50 items of 4,000 bytes 1.
# Here:      make bench counts the bytes of answers itself (bench/capacity.py).
set -eu

packages="
    boto3==1.43.106 botocore==1.43.106 defusedxml==0.7.1 graphql-core==3.2.12 h11==0.16.0 h2==4.4.1 hpack==4.2.0
    hypercorn==0.18.0 hyperframe==6.1.0 jmespath==1.1.0 jsonata-python==0.7.1 ministack==1.5.33 priority==2.0.0
    python-dateutil==2.9.0.post0 pyyaml==6.0.3 s3transfer==0.19.3 six==1.17.0 urllib3==2.8.0 wsproto==1.3.2
"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
# shellcheck disable=SC2086  # a word a package
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps $packages
cd "$folder"

cat >see.py <<'END'
import os
import socket
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import version
from pathlib import Path

import boto3

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
endpoint = f"http://127.0.0.1:{port}"
os.environ.update(AWS_DEFAULT_REGION="eu-north-1", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
emulator = subprocess.Popen(
    [Path(sys.executable).with_name("ministack")],
    env={
        **os.environ,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "SERVICES": "dynamodb",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
    },
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)


def ready():
    try:
        return urllib.request.urlopen(f"{endpoint}/_ministack/ready", timeout=2).status == 200
    except OSError:
        return False


try:
    until = time.monotonic() + 60
    while not ready():
        if time.monotonic() > until:
            sys.exit("ministack does not start")
        time.sleep(0.2)
    dynamodb = boto3.client("dynamodb", endpoint_url=endpoint)
    dynamodb.create_table(
        TableName="lamps",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )

    def put(sk, size):
        item = {"pk": {"S": "lamps"}, "sk": {"S": sk}, "text": {"S": "x" * size}}
        answer = dynamodb.put_item(TableName="lamps", Item=item, ReturnConsumedCapacity="TOTAL")
        return answer["ConsumedCapacity"]["CapacityUnits"]

    written = put("one", 30_000)
    for number in range(50):
        put(f"small-{number:02}", 4_000)
    answer = dynamodb.query(
        TableName="lamps",
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": "lamps"}, ":sk": {"S": "small-"}},
        ConsistentRead=True,
        ReturnConsumedCapacity="TOTAL",
    )
    read = answer["Count"], answer["ConsumedCapacity"]["CapacityUnits"]
finally:
    emulator.terminate()
    emulator.wait(30)

print(f"Version:   ministack {version('ministack')}")
print("Guess:     a consistent Query of 50 items of 4,000 bytes consumes about 50 units")
print("Behaviour: it consumes 1; a write is counted by its size")
print(f"Seen:      PutItem of 30,000 bytes: {written} units; Query of {read[0]} items: {read[1]} unit")
sys.exit(written != 30.0 or read != (50, 1.0))
END
"$folder/venv/bin/python" see.py
