"""The language of themes: Jinja2's syntax, of which an allow-list is left, over plain data with declared types."""
