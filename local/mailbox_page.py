"""The page at /_local/mail: every mail with its text, its code and links at hand, and its HTML in a sandbox."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

_LINK = re.compile(r"https?://[^\s<>\"]+")
_CODE = re.compile(r"(?<![\w-])\d{8}(?![\w-])|(?<![\w-])\d{4} \d{4}(?![\w-])")

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
:root { color-scheme: light dark }
h1 { font-size: 1.4rem } article { border: 1px solid #8886; border-radius: 8px; padding: 1rem; margin: 1rem 0 }
h2 { font-size: 1.05rem; margin: 0 } p.about { margin: .2rem 0 .6rem; opacity: .75 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .6rem 0 }
button.code { font: 600 1.1rem ui-monospace, monospace; padding: .1rem .5rem; cursor: copy }
iframe { width: 100%; height: 26rem; border: 1px solid #8886; border-radius: 8px; background: #fff }
summary { cursor: pointer }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .8rem; font-size: .85rem }
dd { margin: 0; overflow-wrap: anywhere }
"""

_SCRIPT = """
document.querySelectorAll('button.code').forEach(button => button.onclick = () => {
  navigator.clipboard.writeText(button.dataset.code); button.title = 'copied';
});
const newest = document.body.dataset.newest;
setInterval(async () => {
  if (document.querySelector('details[open]')) return;
  const mails = await (await fetch('', {headers: {Accept: 'application/json'}})).json();
  if ((mails[0]?.id ?? '') !== newest) location.reload();
}, 3000);
"""


def page(mails: Sequence[dict[str, Any]]) -> str:
    """Return the page of mails as ``Mail.as_json`` gives them, the newest first."""
    shown = "".join(_article(mail) for mail in mails) or "<p>No mail yet. It appears here by itself.</p>"
    newest = html.escape(mails[0]["id"]) if mails else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sent mail</title>'
        '<link rel="icon" href="/static/favicon.svg">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{_STYLE}</style><body data-newest="{newest}"><h1>Sent mail</h1>'
        "<p>Nothing leaves this machine: what the portal sends ends up here, the newest first.</p>"
        f"{shown}<script>{_SCRIPT}</script></body></html>"
    )


def _article(mail: dict[str, Any]) -> str:
    headers = "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in mail["headers"].items())
    sandbox = (
        f'<details><summary>HTML</summary><iframe title="The mail as HTML" sandbox="allow-popups '
        f'allow-popups-to-escape-sandbox" srcdoc="{html.escape(mail["html"])}"></iframe></details>'
        if mail["html"]
        else ""
    )
    return (
        f"<article><h2>{html.escape(mail['subject'])}</h2>"
        f'<p class="about">to {html.escape(mail["to"])}, {html.escape(mail["headers"].get("Date", ""))}</p>'
        f"<pre>{_clickable(mail['text'])}</pre>{sandbox}"
        f"<details><summary>Headers</summary><dl>{headers}</dl></details></article>"
    )


def _clickable(text: str) -> str:
    """Return text as HTML in which links open and codes copy themselves."""
    parts, at = [], 0
    for match in sorted([*_LINK.finditer(text), *_CODE.finditer(text)], key=lambda one: one.start()):
        if match.start() < at:
            continue  # digits within a link
        parts.append(html.escape(text[at : match.start()]))
        found = html.escape(match[0])
        if match.re is _LINK:
            parts.append(f'<a href="{found}">{found}</a>')
        else:
            parts.append(f'<button class="code" data-code="{found.replace(" ", "")}">{found}</button>')
        at = match.end()
    parts.append(html.escape(text[at:]))
    return "".join(parts)
