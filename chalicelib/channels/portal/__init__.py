"""The portal: what customers write when they are signed in."""

from __future__ import annotations

from chalicelib.channels.contract import Channel
from chalicelib.speech import mark

PORTAL = "portal"

CHANNEL = Channel(PORTAL, mark("Portal"), mailed=True)
