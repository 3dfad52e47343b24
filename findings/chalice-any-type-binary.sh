#!/bin/sh
# Version:   Chalice 1.34.0.
# Guess:     With API Gateway’s “*/*” among binary_types every answer is sent as binary, text included.
# Behaviour: A view that returns a dict is answered, in base64. One that returns a Response with a text body raises
#            ValueError outside the view, so the function fails and browsers get 502.
# Seen:      /dict gives 200; /text raises “Expected bytes type for body with binary Content-Type”.
# Here:      Only the types that are really binary are declared, and text static files are answered as text.
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

app = Chalice(app_name="lamp")
app.api.binary_types.append("*/*")


@app.route("/dict")
def as_dict():
    return {"lamp": "Wren"}


@app.route("/text")
def as_text():
    return Response("<p>Wren</p>", headers={"Content-Type": "text/html"})


class Context:
    aws_request_id = "1"


def answer(path):
    """Return what the function gives Lambda for a request as API Gateway sends it."""
    event = {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": {"accept": "text/html,*/*;q=0.8"},
        "multiValueHeaders": {"accept": ["text/html,*/*;q=0.8"]},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {"httpMethod": "GET", "resourcePath": path, "identity": {"sourceIp": "192.0.2.1"}},
    }
    try:
        return app(event, Context())
    except ValueError as error:
        return f"ValueError: {error}"


seen = {path: answer(path) for path in ("/dict", "/text")}
print(f"Version:   Chalice {version('chalice')}")
print("Guess:     with */* among binary_types every answer is sent as binary")
print("Behaviour: dicts are; a Response with a text body makes the function fail")
for path, said in seen.items():
    print(f"Seen:      {path}: {said}")
held = seen["/dict"]["isBase64Encoded"] is True and str(seen["/text"]).startswith("ValueError: Expected bytes")
sys.exit(not held)
END
