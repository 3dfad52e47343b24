#!/bin/sh
# Version:   Chalice 1.34.0.
# Guess:     A folder below chalicelib/ that is a symbolic link is packaged, as one below vendor/ is and as a linked
#            file is.
# Behaviour: The linked folder below chalicelib/ is left out, and nothing is said. Locally its files are there.
# Seen:      shared/page.html and chalicelib/note.txt are in the package; chalicelib/shared/page.html is not.
# Here:      Templates, static files and catalogues are linked below vendor/; tests/artifact looks into the package.
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

mkdir -p lamp/.chalice lamp/chalicelib lamp/vendor shared
cd lamp
cat >app.py <<'END'
from chalice import Chalice

app = Chalice(app_name="lamp")


@app.route("/")
def index():
    return {}
END
echo '{"version": "2.0", "app_name": "lamp", "stages": {"dev": {}}}' >.chalice/config.json
touch requirements.txt chalicelib/__init__.py
echo 'A page' >../shared/page.html
echo 'A note' >../shared/note.txt
ln -s ../../shared vendor/shared
ln -s ../../shared chalicelib/shared
ln -s ../../shared/note.txt chalicelib/note.txt
AWS_DEFAULT_REGION=eu-north-1 "$folder/venv/bin/chalice" package "$folder/out" 2>&1

"$folder/venv/bin/python" - <<'END'
import sys
from importlib.metadata import version
from zipfile import ZipFile

packaged = set(ZipFile("../out/deployment.zip").namelist())
seen = {
    name: name in packaged for name in ("shared/page.html", "chalicelib/note.txt", "chalicelib/shared/page.html")
}
print(f"Version:   Chalice {version('chalice')}")
print("Guess:     linked folders are packaged below chalicelib/ as below vendor/")
print("Behaviour: the one below chalicelib/ is left out without a word")
print(f"Seen:      in the package: {seen}")
sys.exit(list(seen.values()) != [True, True, False])
END
