"""The list of channels. What the product knows of any of them, it takes from here."""

from __future__ import annotations

from chalicelib.channels import chat, email, facebook, form, instagram, portal, sms, twitter, whatsapp
from chalicelib.channels.contract import Channel, Handle

CHANNELS: dict[str, Channel] = {
    folder.CHANNEL.key: folder.CHANNEL
    for folder in (chat, email, facebook, form, instagram, portal, sms, twitter, whatsapp)
}
"""In alphabetical order of their keys."""

HANDLES: dict[str, Handle] = {one.handle.kind: one.handle for one in CHANNELS.values() if one.handle}
"""What customers are called on channels, by kind."""
