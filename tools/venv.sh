#!/bin/sh
# Makes .venv, or adds to it, with every hash checked. With the same locks it returns at once.
# Usage: tools/venv.sh run|dev [python]
#   run: requirements-run.txt, what `make run` and the commands of operators need
#   dev: requirements-dev.txt, which has that and what tests and checks need; added when it is first asked for
#   python: the interpreter to use; by default the first that will do
set -eu
cd "$(dirname "$0")/.."
what=$1
wanted=${2:-}
lock=requirements-$what.txt

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

# .venv keeps a copy of each lock that it was made from.
has() {
    cmp -s "requirements-$1.txt" ".venv/made-from-$1.txt"
}

works() {
    .venv/bin/python -c '' 2>/dev/null || return 1
    [ -z "$wanted" ] || [ "$("$wanted" -V)" = "$(.venv/bin/python -V)" ]
}

up_to_date() {
    works && has run && { [ "$what" = run ] || has dev; }
}

# Packages are added to what is there, and only a new .venv is rid of those that a lock no longer has.
can_grow() {
    works && has run && [ ! -e .venv/made-from-dev.txt ]
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

# Says every second how far pip has come: on a terminal in one line, elsewhere in a line for each step.
watch() {
    total=$(grep -c '^[a-z]' "$lock")
    before=$(installed)
    while kill -0 "$1" 2>/dev/null; do
        if grep -q '^Installing' .venv/pip.log; then
            say "Installing packages" "$(($(installed) - before))"
        else
            say "Fetching packages" "$(grep -cE '^(Collecting|Processing|Requirement already satisfied)' .venv/pip.log || :)"
        fi
        sleep 1
    done
    [ ! -t 1 ] || printf '\r\033[K'
}

step=
say() {
    if [ -t 1 ]; then
        printf '\r  %s: %s of %s \033[K' "$1" "$2" "$total"
    elif [ "$1" != "$step" ]; then
        echo "  $1 …"
    fi
    step=$1
}

installed() {
    find .venv/lib -maxdepth 3 -name '*.dist-info' | wc -l
}

if [ -n "$wanted" ] && ! will_do "$wanted"; then
    fail "$wanted is not a Python from 3.11 to 3.14. Leave PYTHON out, or name one that is."
fi

# Two makes at once: the second waits for the first and then finds everything done.
if command -v flock >/dev/null; then
    exec 9>.venv.lock
    flock 9
fi
if up_to_date; then
    exit 0
fi

if can_grow; then
    echo "Adding what tests and checks need to .venv, once …"
else
    python=${wanted:-$(find_python)}
    [ -n "$python" ] || fail "Foyer needs Python 3.11 to 3.14. On Debian or Ubuntu: sudo apt install python3 python3-venv"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_package "$python"
    echo "Installing what Foyer needs into .venv, once …"
    "$python" -m venv --clear .venv || fail "$python could not make .venv; what it said stands above."
fi

# Python compiles what is imported when it first is, which is a part of it all; where it may not, pip compiles it.
[ -n "${PYTHONDONTWRITEBYTECODE:-}" ] && compile=--compile || compile=--no-compile
: >.venv/pip.log
.venv/bin/python -m pip install --disable-pip-version-check --no-input $compile --require-hashes \
    -r "$lock" >.venv/pip.log 2>&1 &
pip=$!
trap 'kill $pip 2>/dev/null' EXIT
trap 'exit 130' INT TERM HUP
watch $pip
if ! wait $pip; then
    grep -v '^WARNING' .venv/pip.log | tail -n 20 >&2
    fail "The dependencies could not be installed; all that pip said is in .venv/pip.log. Is there a connection?"
fi
trap - EXIT
for one in run "$what"; do
    cp "requirements-$one.txt" ".venv/made-from-$one.txt"
done
