"""Signing in and out, for customers and staff."""

from __future__ import annotations

from chalicelib.web.routing import Route
from chalicelib.web.signing_in import codes

ROUTES = (
    *codes.ROUTES,
    Route("GET", "/login/sso", "signing_in.sign_on:start"),
    Route("POST", "/login/sso", "signing_in.sign_on:arrive"),
    Route("GET", "/login/out", "signing_in.sign_on:out"),
    Route("GET", "/staff/login/openid", "signing_in.openid:start", area="desk"),
    Route("GET", "/staff/login/openid/callback", "signing_in.openid:arrive", area="desk"),
)
