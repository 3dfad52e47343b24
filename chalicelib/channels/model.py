"""The nine channels, and which scopes of each the portal shows."""

from __future__ import annotations

from chalicelib.records import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: ``key`` in data and as icon name, ``name`` for people, ``scopes`` its messages may have."""

    key: str
    name: str
    scopes: tuple[str, ...] = ("direct",)


CHANNELS: dict[str, Channel] = {
    channel.key: channel
    for channel in (
        Channel("chat", "Chat"),
        Channel("email", "E-mail"),
        Channel("facebook", "Facebook"),
        Channel("form", "Contact form"),
        Channel("instagram", "Instagram", ("direct", "public")),
        Channel("portal", "Portal"),
        Channel("sms", "SMS"),
        Channel("twitter", "Twitter", ("direct", "public")),
        Channel("whatsapp", "WhatsApp"),
    )
}
"""In alphabetical order of their keys."""
