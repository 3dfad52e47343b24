"""Goes through one page of a theme as it is rendered: what it extends, its blocks and its includes in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes

from chalicelib.themes.language.expressions import Expressions, path_of
from chalicelib.themes.language.findings import Findings, shown
from chalicelib.themes.language.html import Html, Mode, met
from chalicelib.themes.language.limits import Limits
from chalicelib.themes.language.sources import TOP, Sources
from chalicelib.themes.language.types import ANY, HTML, Many, PageNames, Record, Type
from chalicelib.themes.language.vocabulary import LOOP, NAME, RESERVED, reason
from chalicelib.themes.language.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.themes.language.html import Place
    from chalicelib.themes.language.ways import Counts

Scope = dict[str, Type]
TITLE: Final = "title"
_PART: Final = "parts/"


class Page:
    """One page. ``left`` is how many statements and values all pages together may still have."""

    def __init__(self, sources: Sources, names: PageNames, findings: Findings, limits: Limits, left: int) -> None:
        """Take what the page offers."""
        self._sources, self._offered, self._findings, self._limits = sources, names, findings, limits
        self._left = min(left, limits.parts)
        self._begun = self._left
        self._ways = Ways(names.required)
        self._expressions = Expressions(findings, limits, self._ways.required)
        self._html = Html(findings.say)
        self._chain: tuple[str, ...] = ()
        """The files that the checker is in, each extended or included by the one before it."""
        self._blocks: dict[str, tuple[str, nodes.Block]] = {}
        """Blocks that files fill which extend another, with the file that fills each."""
        self._placed: set[str] = set()
        self._extending: set[str] = set()
        self._titled = False
        self._whole = True
        """Whether all of the page was looked at."""
        self._loops = self._level = 0
        self._captured = False
        """Whether a piece of markup is looked at, which may be shown anywhere and any number of times."""
        self._kinds: dict[type[nodes.Node], Callable[[Any, Scope], None]] = {
            nodes.Output: self._output,
            nodes.If: self._if,
            nodes.For: self._for,
            nodes.Assign: self._assign,
            nodes.AssignBlock: self._capture,
            nodes.With: self._with,
            nodes.Block: self._block,
            nodes.Include: self._include,
            nodes.Extends: self._extends,
        }

    def check(self, entry: str) -> int:
        """Go through the page; return how many statements and values it has."""
        self._file(entry, dict(self._offered.names), TOP)
        if self._whole:
            self._check_end(entry)
            self._check_blocks()
            if not entry.startswith(_PART):
                self._check_whole(entry)
        return self._begun - self._room()

    def _room(self) -> int:
        return self._left - self._expressions.parts

    def _no(self, node: nodes.Node, kind: str, sentence: str) -> None:
        self._findings.say(node.lineno, kind, sentence)

    # --- files

    def _file(self, name: str, scope: Scope, at: int) -> None:
        """Go through a file where it is included or extended, or the page begins."""
        tree = self._sources.trees.get(name)
        self._whole = self._whole and tree is not None
        if name not in self._sources.trees:
            nearest = self._findings.nearest(name, self._sources.trees)
            self._findings.say(at, "file", f"There is no file {shown(name)} in this theme.{nearest}")
        elif name in self._chain:
            self._findings.say(at, "file", f"The file {name} would include itself.")
        elif len(self._chain) > self._limits.includes:
            most = self._limits.includes
            self._findings.say(at, "nesting", f"At most {most} files can include each other, one after the other.")
        elif tree:
            before, self._chain = self._findings.file, (*self._chain, name)
            self._findings.enter(name)
            parent = next((one for one in tree.body if isinstance(one, nodes.Extends)), None)
            if parent:
                self._child(tree, parent, scope)
            else:
                self._body(tree.body, scope)
            self._chain = self._chain[:-1]
            self._findings.file = before

    def _child(self, tree: nodes.Template, parent: nodes.Extends, scope: Scope) -> None:
        """Take the blocks of a file that extends another, and go through that one."""
        if any(file not in self._extending for file in self._chain[:-1]):
            self._no(parent, "place", "A file that is included cannot extend another.")
            return
        self._extending.add(self._chain[-1])
        for one in tree.body:
            if isinstance(one, nodes.Block):
                self._fill(one, scope)
            elif isinstance(one, (nodes.Assign, nodes.AssignBlock)):
                self._aside(one, scope)
            elif one is not parent and not _blank(one):
                self._no(one, "place", "A file that extends another has blocks and set only; this shows nowhere.")
        file, line = self._findings.file, parent.lineno
        name = parent.template
        if isinstance(name, nodes.Const):
            self._file(str(name.value), scope, line)
        self._findings.file = file

    def _fill(self, block: nodes.Block, scope: Scope) -> None:
        """Take a block that fills a place of the extended file; the title has its place in the product."""
        first = block.name not in self._blocks
        if first:
            self._blocks[block.name] = (self._findings.file, block)
        if block.name == TITLE:
            self._placed.add(TITLE)
            if first:
                self._title(block, scope)

    def _aside(self, node: nodes.Node, scope: Scope) -> None:
        """Look at a statement that is not where the page is, and shows nothing."""
        kept, self._html = self._html, Html(self._findings.say)
        self._statement(node, scope)
        self._html = kept

    def _title(self, block: nodes.Block, scope: Scope) -> None:
        self._titled = True
        kept, self._html = self._html, Html(self._findings.say, Mode.TITLE)
        self._body(block.body, dict(scope))
        self._html = kept

    # --- statements

    def _body(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        self._level += 1
        if self._level > self._limits.page_nesting:
            most = self._limits.page_nesting
            self._findings.say(TOP, "nesting", f"At most {most} tags of a page can be open at once, with its includes.")
        else:
            for one in body:
                if self._room() <= 0 or self._findings.full:
                    self._stop(one)
                    break
                self._statement(one, scope)
        self._level -= 1

    def _statement(self, node: nodes.Node, scope: Scope) -> None:
        self._left -= 1 + len(getattr(node, "nodes", ()))
        kind = self._kinds.get(type(node))
        if kind:
            kind(node, scope)
        else:
            self._no(node, "tag", reason(node))

    def _stop(self, node: nodes.Node) -> None:
        """Look at nothing more of the page."""
        if self._whole:
            self._no(node, "size", "The files that this page is made of are too many or too long together.")
        self._whole = False

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for one in node.nodes:
            if isinstance(one, nodes.TemplateData):
                self._html.write(one.data, one.lineno)
            elif path_of(one) in self._ways.required:
                self._show(one, scope)
            else:
                self._html.show(self._expressions.type_of(one, scope), one.lineno)

    def _show(self, node: nodes.Expr, scope: Scope) -> None:
        """Show a slot or hook that the page must show."""
        path = path_of(node)
        self._expressions.asked(node, scope)
        group, _, field = path.partition(".")
        of = self._offered.names.get(group)
        self._html.show(of.fields.get(field, ANY) if isinstance(of, Record) else ANY, node.lineno)
        if self._captured:
            self._no(node, "slot", f"{path} cannot be in a set block; show it where it belongs.")
        elif self._loops:
            self._no(node, "slot", f"{path} cannot be in a loop: it is shown once.")
        if self._ways.show(path) and not self._captured and not self._loops:
            self._no(
                node, "slot", f"Some ways through {self._findings.page} have shown {path} before; it is shown once."
            )

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self._html.pause(node.lineno)
        tests = [node, *node.elif_]
        if len(tests) > self._limits.ways:
            self._no(node, "size", f"An if has at most {self._limits.ways} ways.")
            return
        before, place, empty = self._ways.counts, self._html.place, frozenset[str]()
        ends: list[Place] = []
        counts: list[Counts] = []
        for one in (*tests, None):
            body = one.body if one else node.else_
            known = empty
            if one:
                self._expressions.asked(one.test, scope)
                full, bare = self._answers(one.test)
                known, empty = empty | bare, empty | full
            self._ways.fork(before, known)
            self._html.place = place.copy()
            self._body(body, dict(scope))
            self._html.pause(node.lineno)
            ends.append(self._html.place)
            counts.append(self._ways.counts)
        self._ways.meet(counts, (self._findings.file, node.lineno))
        self._meet(node, ends, "Each way through this if must end at the same place of a tag or text.")

    def _answers(self, test: nodes.Node) -> tuple[frozenset[str], frozenset[str]]:
        """Return the paths that are empty where a condition does not hold, and those that are empty where it does."""
        turned = isinstance(test, nodes.Not)
        path = path_of(test.node if isinstance(test, nodes.Not) else test)
        found = frozenset({path} & self._ways.required)
        return (frozenset(), found) if turned else (found, frozenset())

    def _meet(self, node: nodes.Node, ends: Sequence[Place], sentence: str) -> None:
        if not all(ends[0].like(one) for one in ends):
            self._no(node, "html", sentence)
        self._html.place = met(ends)

    def _for(self, node: nodes.For, scope: Scope) -> None:
        self._html.pause(node.lineno)
        item = self._item(node, scope)
        if self._loops >= self._limits.loops:
            self._no(node, "loop", f"At most {self._limits.loops} loops can be within each other.")
            return
        if node.recursive:
            self._no(node, "loop", "A loop cannot call itself.")
        inner = dict(scope)
        if self._target(node.target, "for"):
            inner[_named(node.target)] = item
        if node.test is not None:
            self._expressions.asked(node.test, inner)
        start = self._html.place
        if start.mode not in {Mode.TEXT, Mode.VALUE, Mode.TITLE}:
            self._no(node, "loop", "A loop cannot be between attributes: they would run into each other.")
        before = self._ways.counts
        self._html.place = start.copy()
        self._loops += 1
        self._body(node.body, {**inner, "loop": Record(LOOP)})
        self._loops -= 1
        self._html.pause(node.lineno)
        self._meet(node, (start, self._html.place), "A loop must end at the place of a tag or text where it began.")
        body = self._ways.counts
        self._ways.fork(before, frozenset())
        self._body(node.else_, dict(scope))
        self._html.pause(node.lineno)
        if node.else_:
            self._meet(node, (start, self._html.place), "A loop must end at the place of a tag or text where it began.")
        self._ways.meet((body, self._ways.counts), (self._findings.file, node.lineno))

    def _item(self, node: nodes.For, scope: Scope) -> Type:
        """Return the type of what a loop takes from its list."""
        over = self._expressions.type_of(node.iter, scope)
        if isinstance(over, Many):
            return over.of
        if over != ANY:
            self._no(node.iter, "loop", "A loop goes over a list that the page offers; this is not one.")
        return ANY

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        kind = self._expressions.type_of(node.node, scope)
        if self._target(node.target, "set", scope):
            scope[_named(node.target)] = kind

    def _capture(self, node: nodes.AssignBlock, scope: Scope) -> None:
        """Look at a piece of markup that is given a name."""
        if node.filter is not None:
            self._no(node, "set", "A set block has no filter.")
        others = [one for one in node.body if not isinstance(one, nodes.Output)]
        for one in others:
            self._no(one, "set", "Between set and endset are text and values, no other tags.")
        pieces = sum(len(one.nodes) for one in node.body if isinstance(one, nodes.Output))
        if pieces > self._limits.captures:
            self._no(node, "set", f"Between set and endset are at most {self._limits.captures} texts and values.")
        elif not others:
            kept, self._html, captured = self._html, Html(self._findings.say), self._captured
            self._captured = True
            self._body(node.body, dict(scope))
            if not self._html.ended():
                self._no(node, "html", "A set block must end in text, outside any tag or drawing.")
            self._html, self._captured = kept, captured
        if self._target(node.target, "set", scope):
            scope[_named(node.target)] = HTML

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            kind = self._expressions.type_of(value, scope)
            if self._target(target, "with"):
                inner[_named(target)] = kind
        self._body(node.body, inner)

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        if node.name == TITLE:
            self._no(node, "title", "The block title is at the top of a file that extends another, in nothing else.")
            return
        if node.scoped or node.required:
            self._no(node, "block", "After the name of a block comes nothing more.")
        if self._loops:
            self._no(node, "block", "A block cannot be in a loop.")
        if node.name in self._placed:
            self._no(node, "block", f"The page has the block {shown(node.name)} twice.")
        self._placed.add(node.name)
        file, block = self._blocks.get(node.name, (self._findings.file, node))
        before = self._findings.file
        self._html.pause(node.lineno)
        start = self._html.place.copy()
        self._findings.enter(file)
        self._body(block.body, dict(scope))
        self._html.pause(block.lineno)
        if not start.like(self._html.place) and start.attribute == "":
            self._no(
                block, "html", f"The block {shown(node.name)} must end at the place of a tag or text where it begins."
            )
        self._findings.file = before

    def _include(self, node: nodes.Include, scope: Scope) -> None:
        if isinstance(node.template, nodes.Const):
            self._file(str(node.template.value), dict(scope), node.template.lineno)

    def _extends(self, node: nodes.Extends, _: Scope) -> None:
        self._no(node, "place", "extends is at the top of its file, once.")

    def _target(self, node: nodes.Node, tag: str, scope: Scope | None = None) -> bool:
        """Tell whether a name can be given; ``scope`` has those that mean something already, where it must be new."""
        name = _named(node)
        if not NAME.fullmatch(name):
            self._no(node, "name", f"After {tag} comes one name of small letters, digits and _.")
        elif name in RESERVED or name in self._offered.names:
            self._no(node, "name", f"The name {name} belongs to the product; choose another.")
        elif scope is not None and name in scope:
            self._no(node, "name", f"{name} means something already; a name is set once.")
        else:
            return True
        return False

    # --- the whole page

    def _check_end(self, entry: str) -> None:
        self._findings.enter(entry)
        if not self._html.ended():
            what = "a drawing; close its svg" if self._html.place.mode is Mode.TEXT else "a tag"
            self._findings.say(TOP, "html", f"The page ends inside {what}.")

    def _check_blocks(self) -> None:
        """Refuse blocks that the extended files have no place for."""
        for name, (file, block) in self._blocks.items():
            if name not in self._placed:
                self._findings.file = file
                nearest = self._findings.nearest(name, self._placed - {TITLE})
                sentence = f"No file that this one extends has a block {shown(name)}, so it shows nowhere.{nearest}"
                self._findings.say(block.lineno, "block", sentence)

    def _check_whole(self, entry: str) -> None:
        """Refuse a page that lacks something; a part that is rendered by itself need not have it."""
        self._findings.file = entry
        if not self._titled:
            sentence = "The page has no title: extend a file and write {% block title %} … {% endblock %}."
            self._findings.say(TOP, "title", sentence)
        for path, place in self._ways.missing():
            if place:
                self._findings.file = place[0]
                sentence = f"Some ways through this leave out {path}, which {entry} must show once on each."
                self._findings.say(place[1], "slot", sentence)
            else:
                self._findings.file = entry
                self._findings.say(TOP, "slot", f"{entry} must show {{{{ {path} }}}}.")


def _named(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(one, nodes.TemplateData) and not one.data.strip() for one in node.nodes
    )
