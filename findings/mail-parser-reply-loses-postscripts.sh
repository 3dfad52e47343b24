#!/bin/sh
# Version:   mail-parser-reply 1.36.
# Guess:     A signature ends where the next paragraph begins, so “body” has everything that somebody wrote but
#            their signature.
# Behaviour: From a line “Thanks,” on everything is the signature, however many paragraphs follow: “body” loses
#            them.
# Seen:      the postscript with a second question is in “signatures” and not in “body”.
# Here:      Mail coming in is not built yet; what is taken for a signature has to stay readable then.
set -eu

packages="
    mail-parser-reply==1.36
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

from mailparser_reply import EmailReplyParser

MAIL = """\
Hello,

the lamp arrived today.

Thanks,
Ada

One more thing: the cord is too short for our kitchen. Do you have one of four metres?

And is the shade sold alone?

On Tue, 24 Nov 2026 at 13:20, Mina Park <mina.park@example.com> wrote:

> Has it arrived?
"""
reply = EmailReplyParser(languages=["en"]).read(text=MAIL).replies[0]
print(f"Version:   mail-parser-reply {version('mail-parser-reply')}")
print("Guess:     body has all three paragraphs, without “Thanks, Ada”")
print("Behaviour: from “Thanks,” on all is signature, two questions included")
print(f"Seen:      body {reply.body!r}\n           signatures {reply.signatures!r}")
sys.exit(reply.body != "Hello,\n\nthe lamp arrived today." or "is the shade sold alone?" not in reply.signatures)
END
