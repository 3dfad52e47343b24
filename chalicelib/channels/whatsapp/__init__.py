"""WhatsApp."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, phone_number
from chalicelib.speech import mark

CHANNEL = Channel("whatsapp", mark("WhatsApp"), handle=Handle("whatsapp", "WhatsApp", phone_number))
