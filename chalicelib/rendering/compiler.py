"""How templates become Python: Jinja2's own compiler, less what our typed contexts make needless.

What a template is given are dataclasses and text, so attributes are read and functions called as Python does, text is
escaped without an object in between, and a block gathers its parts and hands them over once. A page comes out the
same to the byte, in less than half the time; ``docs/explanation/performance.md`` has the figures. Lambda
gets what comes of it, and nothing of this.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment


class Compiler(CodeGenerator):
    """Writes the Python of one template. Method names are Jinja2's."""

    def write_commons(self) -> None:
        """Begin a function with the names its code uses."""
        super().write_commons()
        self.writeline("safe_text, written = environment.safe_text, environment.written")

    def enter_frame(self, frame: Frame) -> None:
        """Begin a scope; that of a template or block gathers its parts in a list."""
        super().enter_frame(frame)
        if _is_whole(frame):
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """End a scope; that of a template or block hands its parts over."""
        if _is_whole(frame):
            self.writeline(f"yield concat({frame.buffer})")
        super().leave_frame(frame, with_python_scope)

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Write text and values; a value that depends on a condition becomes two that do not, and may be constants."""
        if frame.require_output_check and self.has_known_extends:
            return
        plain: list[nodes.Expr] = []
        for child in node.nodes:
            if not isinstance(child, nodes.CondExpr):
                plain.append(child)
                continue
            if plain:
                super().visit_Output(nodes.Output(plain, lineno=node.lineno), frame)
                plain = []
            yes = nodes.Output([child.expr1], lineno=child.lineno)
            no = [nodes.Output([child.expr2], lineno=child.lineno)] if child.expr2 else []
            self.visit_If(nodes.If(child.test, [yes], [], no, lineno=child.lineno), frame)
        if plain:
            super().visit_Output(nodes.Output(plain, lineno=node.lineno), frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("(safe_text(said) if type(said := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write(") is str else written(said))")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Read an attribute."""
        if iskeyword(node.attr):
            super().visit_Getattr(node, frame)
        else:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Call a function."""
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


class ThemeCompiler(Compiler):
    """Writes the Python of a page of Midtown, whose data are plain dictionaries: ``x['name']`` for ``x.name``.

    Midtown is ours and trusted. Themes that others wrote go through Jinja2's own compiler and its sandbox.
    """

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:
        """Name a value, which is always there."""
        if node.ctx == "load":
            self.write(frame.symbols.ref(node.name))
        else:
            super().visit_Name(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Read a field; of ``loop``, which is no data, an attribute."""
        if isinstance(node.node, nodes.Name) and node.node.name == "loop":
            super().visit_Getattr(node, frame)
        else:
            self.visit(node.node, frame)
            self.write(f"[{node.attr!r}]")


def compiler(midtown: str) -> Callable[..., Compiler]:
    """Return what makes the compiler of one template, given its environment and name; ``midtown`` begins themes'."""

    def made(environment: Environment, name: str | None, *rest: Any, **more: Any) -> Compiler:
        kind = ThemeCompiler if name and name.startswith(midtown) else Compiler
        return kind(environment, name, *rest, **more)

    return made


def _is_whole(frame: Frame) -> bool:
    return frame.parent is None and (frame.rootlevel or frame.block_frame)
