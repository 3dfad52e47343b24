"""Messages of Facebook."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, user_name
from chalicelib.speech import mark

CHANNEL = Channel("facebook", mark("Facebook"), handle=Handle("facebook", "Facebook", user_name))
