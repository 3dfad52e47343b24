"""E-mail. The address is also what customers sign in with."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle
from chalicelib.speech import mark
from chalicelib.text import normal_email

CHANNEL = Channel("email", mark("E-mail"), handle=Handle("email", "E-mail", normal_email), mailed=True)
