"""Channels: where a message can come from and go to. A folder each, and ``model.py`` has the list of them."""
