"""The headers that protect every answer: pages, files and JSON of ours, and what API Gateway answers by itself."""

from __future__ import annotations

import functools

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_OURS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


@functools.cache
def policy(upload_origin: str, picture_origin: str = "", *, frames: bool = False, form_origin: str = "") -> str:
    """Return the Content-Security-Policy: scripts and styles of ours alone, uploads to the bucket.

    ``picture_origin`` is for pages that show pictures of articles, or pictures and fonts of a theme, which come from
    another bucket. ``frames`` is for the editor of themes, which shows previews; ``form_origin`` is for the page whose
    form uploads a theme without a script.
    """
    pictures = (
        f"img-src 'self' {picture_origin}; font-src 'self' {picture_origin}" if picture_origin else "img-src 'self'"
    )
    forms = f"form-action 'self' {form_origin}" if form_origin else "form-action 'self'"
    framed = "frame-src 'self'; " if frames else ""
    return (
        f"default-src 'none'; {framed}script-src 'self'; style-src 'self'; {pictures}; "
        f"connect-src 'self' {upload_origin}; {forms}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


@functools.cache
def preview_policy(picture_origin: str) -> str:
    """Return the policy of previews of themes: pages of ours may frame them, and their forms go nowhere."""
    allowed = policy("", picture_origin).replace("form-action 'self'", "form-action 'none'")
    return allowed.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


@functools.cache
def headers(upload_origin: str, *, secure: bool) -> dict[str, str]:
    """Return the headers of our own answers; nobody may change the dictionary. ``secure`` is for HTTPS."""
    return {"Content-Security-Policy": policy(upload_origin), **gateway_headers(secure=secure), **_OURS}


def gateway_headers(*, secure: bool) -> dict[str, str]:
    """Return those of them that go with what API Gateway answers, whose page brings its few styles with it."""
    return {**_ALWAYS, **(_HTTPS_ONLY if secure else {})}
