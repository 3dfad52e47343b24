"""What signed-in customers see and do. The views of the account are imported when somebody opens it."""

from __future__ import annotations

from chalicelib.web.customer import conversations
from chalicelib.web.routing import Route

ROUTES = (
    *conversations.ROUTES,
    Route("GET", "/account", "customer.account:account"),
    Route("POST", "/account", "customer.account:save"),
    Route("POST", "/language", "customer.account:language"),
    Route("POST", "/account/sign-out", "customer.account:sign_out_one"),
    Route("POST", "/account/sign-out-everywhere", "customer.account:sign_out_everywhere"),
    Route("GET", "/account/export.json", "customer.account:export"),
)
