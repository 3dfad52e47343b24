"""Channels: where a message can come from and go to. Each has a name for people and an icon of its own name."""
