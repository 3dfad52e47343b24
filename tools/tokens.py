"""``make token``, ``make tokens``, ``make token-revoke``: the API tokens of a stage, or of the running local portal."""

from __future__ import annotations

import argparse
import sys

from chalicelib import settings
from chalicelib.audit.model import OPERATOR, Author
from chalicelib.ids import is_id
from chalicelib.refusals import NotFound, Refusal
from chalicelib.tokens.model import SCOPES, Token
from chalicelib.tokens.service import TokenDesk
from infra.admin import operator
from infra.aws import connect, finished
from local import run
from tools.stage import house_of


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="API tokens.", epilog=f"Scopes: {', '.join(SCOPES)}, or all.")
    parser.add_argument("--stage", default=run.STAGE)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a token and print it, once")
    create.add_argument("name")
    create.add_argument("scopes", help="separated by spaces or commas")
    commands.add_parser("list", help="show all tokens, never their secrets")
    commands.add_parser("revoke", help="take a token away, at once").add_argument("id")
    chosen = parser.parse_args()
    stage = chosen.stage or run.STAGE

    def command() -> None:
        home = house_of(stage)
        author = OPERATOR if stage == run.STAGE else operator(connect())
        print(said(home.tokens, chosen, author))

    return finished(command, settings.SettingsError, Refusal)


def said(desk: TokenDesk, chosen: argparse.Namespace, author: Author = OPERATOR) -> str:
    """Do it in the name of ``author``, and return what to print."""
    if chosen.command == "create":
        token, text = desk.make(chosen.name, scopes(chosen.scopes), author=author)
        return f"{text}\n\nKeep it now: it is not shown again. To revoke it: make token-revoke ID={token.id}"
    if chosen.command == "revoke":
        if not is_id(chosen.id):
            raise NotFound("There is no API token with this id. make tokens lists them.")
        return f"Revoked: {row(desk.revoke(chosen.id, author=author))}"
    return "\n".join(row(token) for token in desk.everyone()) or "There are no API tokens."


def scopes(text: str) -> list[str]:
    """Return the scopes that a text names; ``all`` is each of them."""
    named = text.replace(",", " ").split()
    return list(SCOPES) if named == ["all"] else named


def row(token: Token) -> str:
    """Return a token on one line."""
    ended = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else f"since {token.created_at:%Y-%m-%d}"
    return f"{token.id}  {token.name}  {ended}  {' '.join(sorted(token.scopes))}"


if __name__ == "__main__":
    sys.exit(main())
