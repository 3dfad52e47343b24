"""Believable pages, a module a surface: ``PAGES`` of each is name to page and site; ``tests/samples.py`` gathers them."""
