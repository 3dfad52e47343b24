"""Themes: what an organization's portal looks like, made from Midtown, checked, kept in revisions, upgraded."""
