"""Text messages."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, phone_number
from chalicelib.speech import mark

CHANNEL = Channel("sms", mark("SMS"), handle=Handle("phone", "Phone", phone_number))
