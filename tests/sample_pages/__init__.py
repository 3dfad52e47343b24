"""Believable pages, a module a surface: its ``PAGES`` is name to page and site; ``tests/samples.py`` gathers them."""
