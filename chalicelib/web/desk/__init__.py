"""The desk: what staff see of conversations and do with them, and their own account."""

from __future__ import annotations

from chalicelib.web.desk import conversations
from chalicelib.web.routing import Route

ROUTES = (
    *conversations.ROUTES,
    Route("GET", "/staff/account", "desk.account:account", area="desk"),
    Route("POST", "/staff/account", "desk.account:save", area="desk"),
)
