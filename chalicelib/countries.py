"""The countries of the world by their codes (ISO 3166, two letters), with English names from the package tzdata."""

from __future__ import annotations

import functools

_WITHOUT_NUMBERS = frozenset({"AQ", "BV", "GS", "HM", "PN", "TF", "UM"})
"""Hardly anybody lives there, and no phone numbers are theirs."""


@functools.cache
def countries() -> dict[str, str]:
    """Return the English names of all countries that have phone numbers, by code, in the order of the names."""
    from importlib.resources import files  # not at every start: only settings ask

    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in table.splitlines() if not line.startswith("#"))
    named = {code: name for code, _, name in rows if code not in _WITHOUT_NUMBERS} | {"XK": "Kosovo"}
    return dict(sorted(named.items(), key=lambda one: one[1].replace("Å", "A")))
