"""``make corpus DIR=``: checks every file of a folder and below with the product's own check, and tells what it says.

A file is treated as if a browser uploaded it under its name, without a type. Prints how many of each extension are
accepted, which rules refuse how many, what the check cost, and each file refused with its sentence. What has no
extension that a message may carry is only counted.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.attachments.content import check_content
from chalicelib.attachments.model import EXTENSIONS, MAX_SIZE, declare, extension
from chalicelib.records import dataclass
from chalicelib.refusals import FileRefused

LONG = 1.0
"""Seconds of CPU from which a file is named as slow: what a person would wait for it at 3 MB and half a core."""
_COLUMNS = "{:<10}{:>8}{:>10}{:>9}{:>10}{:>10}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check said of a file. ``rule`` is the reason without its values, empty where it was accepted.

    ``seconds`` is the CPU that the check took.
    """

    path: Path
    extension: str
    rule: str
    sentence: str
    seconds: float


def main() -> int:
    """Check the folder of the command line; return 0, or 2 where there is none."""
    named = " ".join(sys.argv[1:])
    folder = Path(named)
    if not named or not folder.is_dir():
        sys.stderr.write("Name a folder of files: make corpus DIR=/path/of/files\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in report(folder, checked(folder)))
    return 0


def checked(folder: Path) -> Iterator[Checked]:
    """Check every file below ``folder``, in the order of their paths; links are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                yield _check(path)
            except Exception as error:  # a check must end in a verdict, so whatever else it does is a fault of ours
                error.add_note(f"The file is {path}.")
                raise


def _check(path: Path) -> Checked:
    ending, size = extension(path.name), path.stat().st_size
    content = path.read_bytes() if size <= MAX_SIZE and ending in EXTENSIONS else b""
    rule = sentence = ""
    began = time.process_time()
    try:
        declared = declare(path.name, "", size)
        check_content(declared.name, declared.type, content)
    except FileRefused as refusal:
        rule, sentence = refusal.why.text, refusal.sentence
    return Checked(path, ending if ending in EXTENSIONS else "", rule, sentence, time.process_time() - began)


def report(folder: Path, files: Iterable[Checked]) -> Iterator[str]:
    """Yield the lines to print."""
    of: defaultdict[str, list[Checked]] = defaultdict(list)
    for one in files:
        of[one.extension].append(one)
    others = len(of.pop("", ()))
    everything = [one for ending in EXTENSIONS for one in of[ending]]
    yield _COLUMNS.format("extension", "files", "accepted", "refused", "CPU s", "most ms")
    for ending, some in (*((one, of[one]) for one in EXTENSIONS if of[one]), ("all", everything)):
        refused = sum(bool(one.rule) for one in some)
        most = max((one.seconds for one in some), default=0.0)
        total = sum(one.seconds for one in some)
        yield _COLUMNS.format(ending, len(some), len(some) - refused, refused, f"{total:.2f}", f"{most * 1_000:.0f}")
    yield f"Files with other extensions, or none: {others}."
    rules = Counter((one.rule, one.extension) for one in everything if one.rule)
    for heading, lines in (
        ("Refused, by rule:", [f"{count:>6}  {ending:<5} {rule}" for (rule, ending), count in rules.most_common()]),
        (f"Over {LONG} s:", [f"{one.seconds:6.2f}  {_below(folder, one)}" for one in everything if one.seconds > LONG]),
        ("Refused:", [f"{_below(folder, one)}: {one.sentence}" for one in everything if one.rule]),
    ):
        if lines:
            yield ""
            yield heading
            yield from lines


def _below(folder: Path, one: Checked) -> str:
    """Return where a file is, with whatever its name has that would break a line or a terminal written out."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(one.path.relative_to(folder)))


if __name__ == "__main__":
    sys.exit(main())
