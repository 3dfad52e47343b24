"""What templates write with filters: moments, sizes, and what people wrote as safe HTML."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import zones
from chalicelib.attachments.model import Attachment
from chalicelib.colour import ink
from chalicelib.rendering import filters
from chalicelib.rendering.filters import Times, day, hours, moment, number, prose, quoted, size, written_moment
from tests import samples
from tests.tags import Page

BERLIN = Times(zones.zone("Europe/Berlin"), samples.NOW)


@pytest.mark.parametrize(
    ("back", "shown", "short"),
    [
        (timedelta(minutes=5), "15:59", "15:59"),
        (timedelta(hours=16, minutes=5), "Yesterday, 23:59", "Yesterday"),
        (timedelta(days=2), "18 Nov 2026, 16:04", "18 Nov 2026"),
        (-timedelta(days=1), "Tomorrow, 16:04", "Tomorrow"),
        (timedelta(days=150), "23 Jun 2026, 17:04", "23 Jun 2026"),
    ],
)
def test_times_are_shown_in_the_readers_zone(back: timedelta, shown: str, short: str) -> None:
    """Near days have names, the rest a date; all of it in the reader's zone, summer time included."""
    assert f">{shown}</time>" in moment(samples.NOW - back, BERLIN)
    assert f">{short}</time>" in day(samples.NOW - back, BERLIN)


def test_a_time_carries_its_exact_moment() -> None:
    """For machines in UTC, for people in full, whatever zone the moment came in."""
    html = '<time datetime="2026-11-20T15:04:30Z" title="Friday, 20 Nov 2026, 16:04 CET">16:04</time>'
    assert moment(samples.NOW, BERLIN) == html
    assert moment(samples.NOW.astimezone(zones.zone("Asia/Tokyo")), BERLIN) == html
    assert written_moment(samples.NOW, BERLIN) == "20 Nov 2026, 16:04 CET"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1,023 bytes"), (1024, "1 KB"), (184_320, "180 KB"), (1_048_575, "1.0 MB"),
     (1_048_576, "1 MB"), (3_145_728, "3 MB"), (1_500_000_000, "1,430.5 MB")],
)  # fmt: skip
def test_sizes_are_for_people(count: int, shown: str) -> None:
    """1 KB is 1,024 bytes."""
    assert size(count) == shown


def test_kinds_and_numbers_are_for_people() -> None:
    """A known type has a name, an unknown one that of the extension."""
    assert filters.kind(samples.PDF) == "PDF"
    assert filters.kind(Attachment("1", "a.tar.gz", "application/x-thing", 1)) == "GZ"
    assert number(10_240) == "10,240"
    assert [hours(count) for count in (1, 24, 36, 720)] == ["1 hour", "1 day", "36 hours", "30 days"]


def link(address: str) -> str:
    """Return how an address is shown."""
    return f'<a href="{address}" rel="nofollow noopener noreferrer ugc" dir="ltr">{address}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\n\n\nthree", '<p dir="auto">one<br>\ntwo</p>\n<p dir="auto">three</p>'),
        ("see https://example.com/a?b=1&c=2.", f'<p dir="auto">see {link("https://example.com/a?b=1&amp;c=2")}.</p>'),
        ("(http://example.com/x_(y))", f'<p dir="auto">({link("http://example.com/x_(y)")})</p>'),
        ("https://例え.jp/道。次", f'<p dir="auto">{link("https://例え.jp/道")}。次</p>'),
        ('<https://example.com/"x>', f'<p dir="auto">&lt;{link("https://example.com/")}&#34;x&gt;</p>'),
        ("javascript://x xhttps://y https:// http://?", '<p dir="auto">javascript://x xhttps://y https:// http://?</p>'),
        ("HTTPS://EXAMPLE.com", f'<p dir="auto">{link("HTTPS://EXAMPLE.com")}</p>'),
        ("https://a.example/\u202emoc.live", f'<p dir="auto">{link("https://a.example/")}\u202emoc.live</p>'),
        ("<b>&amp;", '<p dir="auto">&lt;b&gt;&amp;amp;</p>'),
    ],
)  # fmt: skip
def test_what_people_wrote_becomes_paragraphs_and_links(text: str, html: str) -> None:
    """Paragraphs, line breaks and http links are marked up; everything else is escaped."""
    assert prose(text) == html


def test_removed_parts_are_set_apart() -> None:
    """Only in a message that was redacted; others may say the word."""
    assert '<span class="gone">[redacted]</span>' in prose("a [redacted] b", redacted=True)
    assert "<span" not in prose("a [redacted] b")


@given(
    st.lists(st.sampled_from([*"ab<>&\"'()[]{}.,:/\n h", "http://", "https://", "\u202e", "。", "x.y"])).map("".join)
)
def test_no_text_breaks_out_of_its_paragraph(text: str) -> None:
    """Whatever is written, the only tags are ours, they close, and reading them back gives the same characters."""
    page = Page(prose(text))
    assert {tag for tag, _ in page.tags} <= {"p", "br", "a"}
    shown = "".join(part for part, _ in page.texts)
    assert shown.replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    "unit",
    ["http://", "http://a", "https://a ", "(", "http://a)", "http://a.", "\n", "h", "<", "http://a(((", "[redacted]"],
)
def test_a_text_of_any_length_is_read_in_one_pass(unit: str) -> None:
    """A hundred times the longest message still renders; something quadratic would not come back for hours."""
    long = unit + ")" * 1_000_000 if unit == "http://a(((" else unit * (1_000_000 // len(unit))
    assert prose(long, redacted=True)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_text_on_the_organizations_colour_is_legible(red: int, green: int, blue: int) -> None:
    """Black or white, whichever has the contrast WCAG asks for (4.5)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    colour = f"#{red:02x}{green:02x}{blue:02x}"
    dark, light = sorted((luminance(colour), luminance(ink(colour))))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_quoted_lines_are_marked() -> None:
    """For plain-text mail."""
    assert quoted("a\n\nb") == "> a\n>\n> b"


def test_moments_of_any_year_render() -> None:
    """Old and far moments have no surprises."""
    for year in (1971, 2000, 2100):
        assert str(year) in moment(datetime(year, 1, 2, tzinfo=UTC), BERLIN)
