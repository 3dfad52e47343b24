#!/bin/sh
# Version:   Chalice 1.34.0, deploying to ministack 1.5.33.
# Guess:     When the stream ARN of on_dynamodb_record changes, the next deployment subscribes the function to the
#            new stream, as it does when the queue of on_sqs_message changes.
# Behaviour: The function stays subscribed to the old stream alone; the deployment succeeds and says nothing of it.
# Seen:      After both have changed, the queue’s function reads “new”, the stream’s function still reads “old”.
# Here:      A restored table has a new stream. Facts travel through the table and a queue, not through a stream.
set -eu

packages="
    blessed==1.52.0 boto3==1.43.106 botocore==1.43.106 chalice==1.34.0 click==8.5.1 defusedxml==0.7.1 editor==2.0.1
    graphql-core==3.2.12 h11==0.16.0 h2==4.4.1 hpack==4.2.0 hypercorn==0.18.0 hyperframe==6.1.0 inquirer==3.4.1
    jinxed==2.1.0 jmespath==1.1.0 jsonata-python==0.7.1 ministack==1.5.33 packaging==26.3 priority==2.0.0
    python-dateutil==2.9.0.post0 pyyaml==6.0.3 readchar==4.2.2 runs==1.3.0 s3transfer==0.19.3 setuptools==84.2.1
    six==1.17.0 urllib3==2.8.0 wcwidth==0.9.4 wheel==0.48.0 wsproto==1.3.2 xmod==1.10.0
"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
# shellcheck disable=SC2086  # a word a package
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps $packages
cd "$folder"

mkdir -p lamp/.chalice
cd lamp
touch requirements.txt
cat >.chalice/config.json <<'END'
{"version": "2.0", "app_name": "lamp", "stages": {"dev": {
  "manage_iam_role": false, "iam_role_arn": "arn:aws:iam::000000000000:role/lamp"}}}
END
cat >app.py <<'END'
import json
from pathlib import Path

from chalice import Chalice

app = Chalice(app_name="lamp")
sources = json.loads((Path(__file__).parent / "chalicelib" / "sources.json").read_text())


@app.on_dynamodb_record(stream_arn=sources["stream"], name="follow_stream")
def follow_stream(event):
    pass


@app.on_sqs_message(queue=sources["queue"], name="follow_queue")
def follow_queue(event):
    pass
END
mkdir chalicelib

cat >../see.py <<'END'
import json
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
bin = Path(sys.executable).parent
os.environ.update(
    AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION="eu-north-1", AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test"
)
emulator = subprocess.Popen(
    [bin / "ministack"],
    cwd="..",
    env={
        **os.environ,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "SERVICES": "dynamodb,sqs,lambda,iam,sts,logs",
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


def deployed(name):
    """Make a table with a stream and a queue of this name, deploy with them, and return what each function reads."""
    table = dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    sqs.create_queue(QueueName=name)
    sources = {"stream": table["TableDescription"]["LatestStreamArn"], "queue": name}
    Path("chalicelib/sources.json").write_text(json.dumps(sources))
    done = subprocess.run([bin / "chalice", "deploy"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    reads = {
        function: [
            one["EventSourceArn"]
            for one in functions.list_event_source_mappings(FunctionName=f"lamp-dev-{function}")["EventSourceMappings"]
        ]
        for function in ("follow_stream", "follow_queue")
    }
    return reads, [line for line in done.stdout.splitlines() if line.startswith("Subscribing")]


try:
    until = time.monotonic() + 60
    while not ready():
        if time.monotonic() > until:
            sys.exit("ministack does not start")
        time.sleep(0.2)
    dynamodb, sqs, functions = (boto3.client(one) for one in ("dynamodb", "sqs", "lambda"))
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    boto3.client("iam").create_role(RoleName="lamp", AssumeRolePolicyDocument=trust)
    (first, first_said), (second, second_said) = deployed("old"), deployed("new")
finally:
    emulator.terminate()
    emulator.wait(30)

print(f"Version:   Chalice {version('chalice')}, deploying to ministack {version('ministack')}")
print("Guess:     a deployment follows a changed stream ARN as it follows a changed queue")
print("Behaviour: the queue is followed; the stream is not, and nothing is said")
for reads, said in ((first, first_said), (second, second_said)):
    print(f"Seen:      {reads}\n           Chalice says {said}")
held = (
    len(first_said) == 2
    and len(second_said) == 1
    and "SQS queue new" in second_said[0]
    and [":table/new/" in one for one in second["follow_stream"]] == [False]
    and second["follow_stream"] == first["follow_stream"]
    and [one.endswith(":new") for one in second["follow_queue"]] == [True]
)
sys.exit(not held)
END
"$folder/venv/bin/python" ../see.py
