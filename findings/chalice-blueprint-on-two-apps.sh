#!/bin/sh
# Version:   Chalice 1.34.0.
# Guess:     As in Flask, a blueprint can be registered on several apps, and its current_app is the one that
#            answers.
# Behaviour: The app that registered the blueprint last is current_app in all of them, and current_request is that
#            app’s last request.
# Seen:      “one” answers /lamps/wren with app “two” and the path parameters of a request to “two”.
# Here:      There are no blueprints: routing.py binds each route to the one app of a process.
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

from chalice import Blueprint, Chalice
from chalice.test import Client

pages = Blueprint("pages")


@pages.route("/lamps/{name}")
def lamp(name):
    return {"app": pages.current_app.app_name, "asked": pages.current_request.uri_params["name"]}


def made(name):
    app = Chalice(app_name=name)
    app.register_blueprint(pages)
    return app


def asked(app, name):
    with Client(app) as client:
        return client.http.get(f"/lamps/{name}").json_body


one = made("one")
alone = asked(one, "wren")
two = made("two")
seen = asked(two, "arc"), asked(one, "wren")
print(f"Version:   Chalice {version('chalice')}")
print("Guess:     current_app and current_request are those of the app that answers")
print("Behaviour: they are those of the app that registered the blueprint last")
print(f"Seen:      one, alone: {alone}\n           two: {seen[0]}\n           one, asked for wren: {seen[1]}")
sys.exit(alone != {"app": "one", "asked": "wren"} or seen[1] != {"app": "two", "asked": "arc"})
END
