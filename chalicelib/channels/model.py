"""The nine channels, and which scopes of each the portal shows."""

from __future__ import annotations

from chalicelib.records import dataclass
from chalicelib.speech import mark


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: ``key`` in data and as icon, ``name`` for people in English, ``scopes`` its messages may have."""

    key: str
    name: str
    scopes: tuple[str, ...] = ("direct",)


CHANNELS: dict[str, Channel] = {
    channel.key: channel
    for channel in (
        Channel("chat", mark("Chat")),
        Channel("email", mark("E-mail")),
        Channel("facebook", mark("Facebook")),
        Channel("form", mark("Contact form")),
        Channel("instagram", mark("Instagram"), ("direct", "public")),
        Channel("portal", mark("Portal")),
        Channel("sms", mark("SMS")),
        Channel("twitter", mark("Twitter"), ("direct", "public")),
        Channel("whatsapp", mark("WhatsApp")),
    )
}
"""In alphabetical order of their keys."""
