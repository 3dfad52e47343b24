"""Direct messages of Instagram, and comments."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, user_name
from chalicelib.speech import mark

CHANNEL = Channel(
    "instagram", mark("Instagram"), ("direct", "public"), handle=Handle("instagram", "Instagram", user_name)
)
