"""What is done with API tokens: made, shown once, let in, counted, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.audit.model import OPERATOR, Author
from chalicelib.aws.limits import Limit
from chalicelib.ids import hashed, is_secret, new_id, new_secret
from chalicelib.refusals import TokenRefused
from chalicelib.tokens.model import Token, check_name, check_scopes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.aws.limits import Limits
    from chalicelib.clock import Clock
    from chalicelib.tokens.store import Tokens

REQUESTS = Limit("api", most=600, window=60)
"""Requests of one token."""
BEGUN_UPLOADS = Limit("api-upload", most=2_000, window=3600)
"""Uploads that one token may begin."""


class TokenDesk:
    """The API tokens of one stage. Their text says which: ``foyer_<stage>_<secret>``."""

    def __init__(self, tokens: Tokens, limits: Limits, stage: str, clock: Clock) -> None:
        """Take the store, the limits and the stage."""
        self._tokens, self._limits, self._clock = tokens, limits, clock
        self._prefix = f"foyer_{stage}_"

    def make(self, name: str, scopes: Iterable[str], *, author: Author = OPERATOR) -> tuple[Token, str]:
        """Return a new token and its text, which nobody can get again."""
        now = self._clock()
        token = Token(new_id(now), check_name(name), check_scopes(frozenset(scopes)), now)
        secret = new_secret()
        self._tokens.add(token, hashed(secret), author)
        return token, f"{self._prefix}{secret}"

    def admit(self, text: str) -> Token:
        """Return the token whose text this is and count the request, or refuse it."""
        secret = text.removeprefix(self._prefix)
        if not text.startswith(self._prefix) or not is_secret(secret):
            raise TokenRefused
        token = self._tokens.get(hashed(secret))
        if token is None:
            raise TokenRefused
        self._limits.use(REQUESTS, token.id, "Too many requests with this API token. Wait before sending more.")
        return token

    def everyone(self) -> list[Token]:
        """Return all tokens, revoked ones too, the oldest first."""
        return self._tokens.everyone()

    def revoke(self, token_id: str, *, author: Author = OPERATOR) -> Token:
        """Take a token away: the next request with it is refused."""
        return self._tokens.revoke(token_id, self._clock(), author)
