"""Compiles a folder's Python as Lambda will run it: unchecked, and with the paths it has there.

``python -I infra/bytecode.py FOLDER [--alone]`` runs as a process of its own, since what else a process has in memory
shows in the bytecode it writes. Lambda never writes bytecode; without it a cold start would spend half its time
compiling. With ``--alone`` the bytecode takes its source's place, and Python runs it from there: nobody reads the
source of dependencies on Lambda, and it would be a fifth of the package.
"""

from __future__ import annotations

import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from py_compile import compile as compile_file

TASK = "/var/task"
"""Where Lambda unpacks a package; tracebacks name files below it."""


def main(folder: Path, *, alone: bool) -> None:
    """Write a ``.pyc`` for every ``.py``: in the usual ``__pycache__``, or in its place."""
    for path in sorted(folder.rglob("*.py")):
        compile_file(
            str(path),
            cfile=f"{path}c" if alone else None,
            dfile=f"{TASK}/{path.relative_to(folder).as_posix()}",
            doraise=True,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
            quiet=1,
        )
        if alone:
            path.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), alone="--alone" in sys.argv[2:])
