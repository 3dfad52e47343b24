"""Direct messages of Twitter, and what is said in public."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, user_name
from chalicelib.speech import mark

CHANNEL = Channel("twitter", mark("Twitter"), ("direct", "public"), handle=Handle("twitter", "Twitter", user_name))
