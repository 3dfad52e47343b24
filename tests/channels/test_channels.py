"""What the channels are, and that nothing of the product knows one of them but its own folder."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.channels.model import CHANNELS, HANDLES
from chalicelib.refusals import Invalid

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ROOT / "chalicelib" / "channels"

BOTH = ("direct", "public")
AS_THEY_ARE = {
    # key: scopes, kind of handle, whether answers leave as e-mail
    "chat": (("direct",), None, False),
    "email": (("direct",), "email", True),
    "facebook": (("direct",), "facebook", False),
    "form": (("direct",), None, True),
    "instagram": (BOTH, "instagram", False),
    "portal": (("direct",), None, True),
    "sms": (("direct",), "phone", False),
    "twitter": (BOTH, "twitter", False),
    "whatsapp": (("direct",), "whatsapp", False),
}

ORDINARY = {"chat", "email", "form", "portal"}
"""Keys that are words of their own in the product, so that finding one says nothing."""


def test_each_channel_is_what_data_and_programs_rely_on() -> None:
    """Keys, scopes and kinds of handle stand in tables and in other people's programs."""
    found = {one.key: (one.scopes, one.handle and one.handle.kind, one.mailed) for one in CHANNELS.values()}
    assert found == AS_THEY_ARE


def test_the_list_has_every_folder_in_order() -> None:
    """A folder that is not in the list would be a channel nobody can use."""
    folders = [path.parent.name for path in FOLDERS.glob("*/__init__.py")]
    assert list(CHANNELS) == sorted(folders)


def test_channels_of_one_kind_of_handle_agree_on_it() -> None:
    """Two channels may call people by the same number, but then it is the same one."""
    for channel in CHANNELS.values():
        if channel.handle:
            assert channel.handle == HANDLES[channel.handle.kind]


@pytest.mark.parametrize("kind", HANDLES)
def test_no_handle_is_longer_than_an_item_key_bears(kind: str) -> None:
    """Nothing longer than what is asked for is kept, whatever the channel."""
    with pytest.raises(Invalid):
        HANDLES[kind].normal("1" * 300)


def test_a_list_of_channels_costs_a_start_next_to_nothing() -> None:
    """Folders grow; what every start imports of them knows no AWS, no pages and no other room."""
    script = "import sys, chalicelib.channels.model; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    ours = {name.split(".")[1] for name in said.split() if name.startswith("chalicelib.")}
    assert ours <= {"channels", "formats", "records", "refusals", "speech", "text"}
    assert not {"boto3", "botocore", "chalice", "jinja2", "pydantic", "nh3"} & set(said.split())


def test_no_other_room_knows_a_channel_by_name() -> None:
    """Keys and kinds of handle are taken from the list, so that a new channel is missing nowhere."""
    words = (CHANNELS.keys() | HANDLES.keys()) - ORDINARY
    named = [
        f"{path.relative_to(ROOT)}: {node.value}"
        for path in sorted((ROOT / "chalicelib").rglob("*.py"))
        if FOLDERS not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in words
    ]
    shown = re.compile(rf"\b(?:{'|'.join(words - {'phone'})})\b", re.IGNORECASE)
    places = [*(ROOT / "templates").rglob("*.*"), *(ROOT / "static").glob("*.[cj]s*")]
    named += [
        str(path.relative_to(ROOT))
        for path in places
        if path.is_file() and shown.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []
