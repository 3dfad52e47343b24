"""Attack 25: a logo that loads, links or asks for something, in words the first look does not find."""

from __future__ import annotations

import pytest

from chalicelib.portal.logo import check_logo
from chalicelib.refusals import SettingRefused

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
_PAGE = 'xmlns:h="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    "holds",
    [
        r'<g style="fill:u\72l(https://e.example/a#b)"/>',
        r'<style>@\69mport "https://e.example/x.css";</style>',
        '<style>@im<g/>port "https://e.example/x.css";</style>',
        "<g style=\"mask-image:image-set('https://e.example/a.png' 1x)\"/>",
        "<style>g{mask-image:-webkit-image-set( 'https://e.example/a.png' 1x)}</style>",
        "<g style=\"background:src('https://e.example')\"/>",
        '<a xlink:href="#x"><animate attributeName="href" to="https://e.example"/></a>',
        '<a xlink:href="#x"><animate attributeName=" xlink:href " values="https://e.example"/></a>',
        '<animate attributeName="onclick" to="alert(1)"/>',
        '<g values="java&#9;script:alert(1)"/>',
        '<g xml:base="https://e.example/"><use href="#a"/></g>',
        f'<h:meta {_PAGE} http-equiv="refresh" content="0;url=https://e.example"/>',
        f'<metadata><h:form {_PAGE} action="https://e.example"><h:input type="password"/></h:form></metadata>',
    ],
)
def test_a_logo_does_not_load_link_or_ask_in_disguise(holds: str) -> None:
    """Escapes of CSS, functions that take a text, animated addresses, parts of pages, another base."""
    with pytest.raises(SettingRefused):
        check_logo(_SVG.format(holds))


def test_a_word_is_not_hidden_where_the_parser_cuts_long_texts() -> None:
    """At every place around the size of its buffer."""
    for gap in range(8_170, 8_200):
        with pytest.raises(SettingRefused):
            check_logo(_SVG.format(f"<style>{'a' * gap}@import 'https://e.example/x.css';</style>"))


@pytest.mark.parametrize(
    "holds",
    [
        '<title>image (1) C:\\logo src("a")</title>',
        '<g xmlns:i="http://i.example" i:export-filename="C:\\Users\\a.png" i:label="image(\'x\')"/>',
        "<style>.a{fill:url(#g)}</style><style/><g class='a'/>",
        '<circle><animate attributeName="fill" values="red;blue"/></circle>',
        '<a href="#a"><path d="M0 0h1"/></a>',
    ],
)
def test_what_drawing_programs_write_is_taken(holds: str) -> None:
    assert check_logo(_SVG.format(holds))
