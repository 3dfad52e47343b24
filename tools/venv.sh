#!/bin/sh
# Makes .venv from requirements-dev.txt, with every hash checked. With the same lock it returns at once.
# Usage: tools/venv.sh [python]   where python is the interpreter to use; by default the first that will do.
set -eu
cd "$(dirname "$0")/.."
lock=requirements-dev.txt
made_from=.venv/made-from.txt

fail() {
    echo "$*" >&2
    exit 1
}

will_do() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if will_do "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

up_to_date() {
    cmp -s "$lock" "$made_from" && .venv/bin/python -c '' 2>/dev/null || return 1
    [ -z "$1" ] || [ "$("$1" -V)" = "$(.venv/bin/python -V)" ]
}

# Debian and Ubuntu ship Python without what makes virtual environments, in a package of its own.
install_venv_package() {
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package, which Python needs to make .venv …"
        export DEBIAN_FRONTEND=noninteractive
        apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 ||
            { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$package" >/dev/null; } ||
            fail "apt could not install $package; install it by hand and try again."
    else
        fail "Python cannot make a virtual environment here. On Debian or Ubuntu: sudo apt install $package"
    fi
}

wanted=${1:-}
if [ -n "$wanted" ] && ! will_do "$wanted"; then
    fail "$wanted is not a Python from 3.11 to 3.14. Leave PYTHON out, or name one that is."
fi

# Two makes at once: the second waits for the first and then finds everything done.
if command -v flock >/dev/null; then
    exec 9>.venv.lock
    flock 9
fi
if up_to_date "$wanted"; then
    exit 0
fi

python=${wanted:-$(find_python)}
[ -n "$python" ] || fail "Foyer needs Python 3.11 to 3.14. On Debian or Ubuntu: sudo apt install python3 python3-venv"
"$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_package "$python"

echo "Installing what Foyer needs into .venv, once; this takes about a minute …"
"$python" -m venv --clear .venv || fail "$python could not make .venv; what it said stands above."
if ! .venv/bin/python -m pip install --disable-pip-version-check --no-input --require-hashes -r "$lock" \
    >.venv/pip.log 2>&1; then
    grep -v '^WARNING' .venv/pip.log | tail -n 20 >&2
    fail "The dependencies could not be installed; all that pip said is in .venv/pip.log. Is there a connection?"
fi
cp "$lock" "$made_from"
