"""``make corpus`` says of each file of a folder what the product would say to who uploads it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chalicelib.attachments.model import MAX_SIZE
from tests.attachments import corpus
from tools import corpus as command


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["corpus", *arguments])
    status = command.main()
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_a_folder_is_told_by_extension_by_rule_and_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accepted and refused are counted in folders below too; other kinds of file are counted only."""
    (tmp_path / "below").mkdir()
    for kind, content in corpus.GOOD.items():
        (tmp_path / "below" / f"good.{kind.upper()}").write_bytes(content)
    (tmp_path / "page.png").write_bytes(b"<!DOCTYPE html>")
    (tmp_path / "large.png").write_bytes(bytes(MAX_SIZE + 1))
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "two\nlines.pdf").write_bytes(b"MZ")
    (tmp_path / "setup.py").write_bytes(b"")
    (tmp_path / "linked.png").symlink_to(tmp_path / "page.png")

    status, out, _ = run(monkeypatch, capsys, str(tmp_path))

    assert status == 0
    rows = {line.split()[0]: line.split()[1:4] for line in out.splitlines()[1:12]}
    assert rows["png"] == ["3", "1", "2"]
    assert rows["csv"] == ["2", "1", "1"]
    assert rows["docx"] == ["1", "1", "0"]
    assert rows["all"] == ["14", "10", "4"]
    assert "other extensions, or none: 1." in out
    assert "     1  csv   it is empty." in out
    listed = out.partition("\nRefused:\n")[2]
    assert "large.png: “large.png” was not attached: it has 3,145,729 bytes" in listed
    assert "two\\nlines.pdf: “two lines.pdf” was not attached: its content is not PDF." in listed
    assert "good" not in listed
    assert "linked" not in listed


@pytest.mark.parametrize("arguments", [(), ("",), ("/nowhere at all",)])
def test_without_a_folder_there_is_a_sentence(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(monkeypatch, capsys, *arguments)
    assert (status, out) == (2, "")
    assert "make corpus DIR=" in err
