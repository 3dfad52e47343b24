"""Text messages."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, plain_number
from chalicelib.channels.phone import in_country, once
from chalicelib.speech import mark

CHANNEL = Channel("sms", mark("SMS"), handle=Handle("phone", "Phone", plain_number, in_country, once))
