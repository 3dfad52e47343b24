"""WhatsApp."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, plain_number
from chalicelib.channels.phone import of_whatsapp, once
from chalicelib.speech import mark

CHANNEL = Channel("whatsapp", mark("WhatsApp"), handle=Handle("whatsapp", "WhatsApp", plain_number, of_whatsapp, once))
