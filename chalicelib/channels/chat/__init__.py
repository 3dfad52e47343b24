"""Chat on the organization's own site."""

from __future__ import annotations

from chalicelib.channels.contract import Channel
from chalicelib.speech import mark

CHANNEL = Channel("chat", mark("Chat"))
