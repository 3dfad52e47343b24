"""Records are dataclasses in all that the product asks of them, and the product has no others that are frozen."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.records import asdict, dataclass, replace

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp."""

    shape: ClassVar[str] = "round"
    name: str
    watts: int = 7
    rooms: tuple[str, ...] = ()
    tags: list[str] = dataclasses.field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class StandingLamp(Lamp):
    """A lamp with a foot."""

    height: int = 150


@dataclass(frozen=True, slots=True)
class Bulb:
    """One field alone."""

    watts: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """No field."""


@dataclasses.dataclass(frozen=True, slots=True)
class StandardLamp:
    """The same as a lamp, made the standard way."""

    shape: ClassVar[str] = "round"
    name: str
    watts: int = 7
    rooms: tuple[str, ...] = ()
    tags: list[str] = dataclasses.field(default_factory=list, compare=False)


lamps = st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.sampled_from([(), ("hall",)]), st.just([]))


@given(lamps, lamps)
def test_records_are_equal_and_hash_as_the_standard_ones(one: tuple, other: tuple) -> None:
    """Whatever is in them."""
    assert (Lamp(*one) == Lamp(*other)) == (StandardLamp(*one) == StandardLamp(*other))
    assert (Lamp(*one) != Lamp(*other)) == (StandardLamp(*one) != StandardLamp(*other))
    assert (hash(Lamp(*one)) == hash(Lamp(*other))) == (StandardLamp(*one) == StandardLamp(*other))
    assert repr(Lamp(*one)) == repr(StandardLamp(*one)).replace("Standard", "")


def test_what_is_of_another_class_is_not_equal() -> None:
    """Not even where the values are."""
    assert Lamp("a") != StandingLamp("a")
    assert Lamp("a") != StandardLamp("a")
    assert Lamp("a") != "a"
    assert Bulb(7) != 7


def test_a_field_that_is_not_compared_does_not_count() -> None:
    assert Lamp("a", tags=["new"]) == Lamp("a")


def test_records_with_one_field_or_none() -> None:
    assert (Bulb(7), Bulb(7) == Bulb(7), Bulb(7) == Bulb(8)) == (Bulb(7), True, False)
    assert len({Bulb(7), Bulb(7), Bulb(8)}) == 2
    assert Nothing() == Nothing()
    assert (repr(Bulb(7)), repr(Nothing())) == ("Bulb(watts=7)", "Nothing()")


def test_a_record_has_what_dataclasses_offers() -> None:
    """fields, replace and asdict; defaults; no room for anything else."""
    lamp = StandingLamp("a", height=170)
    assert [one.name for one in dataclasses.fields(lamp)] == ["name", "watts", "rooms", "tags", "height"]
    assert dataclasses.replace(lamp, watts=3) == StandingLamp("a", 3, height=170)
    assert dataclasses.asdict(lamp) == {"name": "a", "watts": 7, "rooms": (), "tags": [], "height": 170}
    assert Lamp("a").tags is not Lamp("a").tags
    with pytest.raises(AttributeError):
        lamp.colour = "red"


def test_a_record_whose_fields_change_has_no_hash() -> None:
    """As the standard one has none."""

    @dataclass(slots=True)
    class Switch:
        on: bool = False

    switch = Switch()
    switch.on = True
    assert switch == Switch(on=True)
    assert repr(switch) == f"{Switch.__qualname__}(on=True)"
    with pytest.raises(TypeError, match="unhashable"):
        hash(switch)


def test_what_has_no_slots_is_a_standard_dataclass() -> None:
    """And its fields do not change where it is frozen."""

    @dataclass(frozen=True)
    class Poster:
        colour: str

    with pytest.raises(dataclasses.FrozenInstanceError):
        Poster("red").colour = "blue"


def test_replacing_says_what_changes() -> None:
    """Everything else is as it was."""
    lamp = Lamp("a", 3, ("hall",), tags=["new"])
    changed = replace(lamp, watts=5)
    assert (changed.name, changed.watts, changed.rooms, changed.tags) == ("a", 5, ("hall",), ["new"])
    assert asdict(Lamp("a")) == {"name": "a", "watts": 7, "rooms": (), "tags": []}
    with pytest.raises(TypeError):
        replace(lamp, colour="red")


def test_what_no_dataclass_may_be_is_refused() -> None:
    """A default that all would share, and a field that could not be given."""
    with pytest.raises(ValueError, match="shared"):

        @dataclass(frozen=True, slots=True)
        class _Shared:
            tags: list[str] = []  # noqa: RUF012 - what is refused

    with pytest.raises(TypeError, match="without a default"):

        @dataclass(frozen=True, slots=True)
        class _Unreachable:
            watts: int = 7
            name: str


def test_records_are_made_without_the_standard_ones() -> None:
    """Importing those takes longer than making a hundred records."""
    script = (
        "import sys; from chalicelib.records import dataclass, field, replace; Lamp = type('Lamp', (), "
        "{'__annotations__': {'name': 'str', 'tags': 'list'}, 'tags': field(default_factory=list)}); "
        "Lamp = dataclass(frozen=True, slots=True)(Lamp); print(replace(Lamp('a'), name='b')); "
        "print('dataclasses' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["Lamp(name='b', tags=[])", "False"]


def test_the_product_makes_no_frozen_dataclass_the_slow_way() -> None:
    """Each would cost a cold start as much as two records."""
    slow = []
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        standard = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "dataclasses"
            and any(alias.name == "dataclass" for alias in node.names)
            for node in tree.body
        )
        if standard and "frozen=True" in ast.unparse(tree):
            slow.append(path.name)
    assert slow == []
