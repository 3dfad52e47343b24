#!/bin/sh
# Version:   Chalice 1.34.0.
# Guess:     Response(None, status_code=204) has no body.
# Behaviour: Its body is the four characters “null”: None is written as JSON, whatever the status.
# Seen:      Response(None) gives body “null”, Response("") gives an empty one.
# Here:      Answers without content have the body "".
set -eu

packages="
    blessed==1.52.0 botocore==1.43.106 chalice==1.34.0 click==8.5.1 editor==2.0.1 inquirer==3.4.1 jinxed==2.1.0
    jmespath==1.1.0 packaging==26.3 python-dateutil==2.9.0.post0 pyyaml==6.0.3 readchar==4.2.2 runs==1.3.0
    setuptools==84.2.1 six==1.17.0 urllib3==2.8.0 wcwidth==0.9.4 wheel==0.48.0 xmod==1.10.0
"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
# shellcheck disable=SC2086  # a word a package
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps $packages
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import sys
from importlib.metadata import version

from chalice import Chalice, Response
from chalice.test import Client

app = Chalice(app_name="lamp")


@app.route("/none")
def none():
    return Response(None, status_code=204)


@app.route("/empty")
def empty():
    return Response("", status_code=204)


with Client(app) as client:
    seen = {path: client.http.get(path).body for path in ("/none", "/empty")}
print(f"Version:   Chalice {version('chalice')}")
print("Guess:     Response(None, status_code=204) has no body")
print("Behaviour: its body is null, in JSON")
print(f"Seen:      {seen}")
sys.exit(seen != {"/none": b"null", "/empty": b""})
END
