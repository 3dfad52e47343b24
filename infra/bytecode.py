"""Compiles a folder's Python as Lambda will run it: in the place of its source, unchecked, with the paths it has there.

``python -I infra/bytecode.py FOLDER`` runs as a process of its own, since what else a process has in memory shows in
the bytecode it writes. Lambda never writes bytecode; without it a cold start would spend half its time compiling.
Nobody reads sources or docstrings there: what is logged names files, functions and lines. They would be a fifth of the
package.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import sys
from pathlib import Path

TASK = "/var/task"
"""Where Lambda unpacks a package; tracebacks name files below it."""
_UNCHECKED = 0b01
"""What the head of a file says: made from a source with a hash, which nobody is to look at."""
_FUNCTIONS = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
_DESCRIBED = "chalicelib/"
"""Where docstrings of classes are read: the description of the API says what each of a choice means."""
_SPOKEN = "chalicelib/web/api/"
"""Where those of functions are too: it says what each operation does."""


def main(folder: Path) -> None:
    """Put a ``.pyc`` in the place of every ``.py``."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        path.with_suffix(".pyc").write_bytes(compiled(path.read_bytes(), name))
        path.unlink()


def compiled(source: bytes, name: str) -> bytes:
    """Return the bytecode file of a source; ``name`` is its path in the package."""
    tree = ast.parse(source)
    if not name.startswith(_SPOKEN):
        _hush(tree, classes=not name.startswith(_DESCRIBED))
    code = compile(tree, f"{TASK}/{name}", "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + _UNCHECKED.to_bytes(4, "little") + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def _hush(tree: ast.Module, *, classes: bool) -> None:
    """Take docstrings away. A class with a decorator keeps its own: a dataclass without would write itself one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if not classes or node.decorator_list:
                continue
        elif not isinstance(node, _FUNCTIONS):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.copy_location(ast.Pass(), node.body[0])]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
