"""The contact form of the help centre, which everybody can send."""

from __future__ import annotations

from chalicelib.channels.contract import Channel
from chalicelib.speech import mark

FORM = "form"

CHANNEL = Channel(FORM, mark("Contact form"), mailed=True)
