"""Turns typed pages and mails into text: the one Jinja2 environment, its compiler and its filters."""
