"""What operations on themes take and give."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.themes.revisions import MAX_NOTE
from chalicelib.web.api.models import Given, Id, Moment, Taken

MAX_BODY = 5 * 1024 * 1024
"""Bytes of a body with a theme's files, or with one picture; Lambda takes 6 MB."""
_MOST = 200
"""Files, settings or pictures of a body. A theme may have fewer, which is told with the number."""

Number: TypeAlias = Annotated[int, Field(ge=1, le=999_999, description="The number of a revision.")]
Seen: TypeAlias = Annotated[
    int, Field(ge=1, le=999_999, description="The revision that was changed. If it is not the newest, 409.")
]
Plain: TypeAlias = str | int | float | bool
Value: TypeAlias = Plain | list[dict[str, Plain]]


class ThemeIn(Taken):
    """A new theme, which starts with Midtown's newest version and the portal's colour, logo and welcome."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RevisionOut(Given):
    """A theme as it was saved once."""

    number: int
    kind: Literal["draft", "published"]
    at: Moment
    by: str
    note: str
    published_at: Moment | None


class ThemeOut(Given):
    """A theme."""

    id: Id
    label: str
    base: str = Field(description="The version of Midtown it is made from.")
    live: bool = Field(description="Whether customers see it.")
    changed: list[str] = Field(description="The files that differ from Midtown's.")
    newest: RevisionOut
    published: RevisionOut | None = Field(description="The revision that was published last.")


class ThemeList(Given):
    """Every theme, by label."""

    items: list[ThemeOut]
    next: None = Field(description="All themes fit on one page.")


class RevisionQuery(BaseModel):
    """Which revision."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    revision: int | None = Field(None, ge=1, le=999_999, description="The newest, if not given.")


class ThemeAsset(Given):
    """A picture or font of a theme."""

    name: str
    type: str
    size: int = Field(description="Bytes.")
    sha256: str


class ThemeAssetData(ThemeAsset):
    """A picture or font of a theme, with its bytes."""

    data: str = Field(description="In Base64.")


class ThemeAssetIn(Taken):
    """A picture or font to add, or to put in the place of the one with this name."""

    data: str = Field(description="In Base64.")
    seen: Seen


class ThemeAssetSaved(Given):
    """The draft with the picture or font in it."""

    revision: int
    asset: ThemeAsset


class ThemeContent(Given):
    """What a revision holds."""

    revision: int
    base: str
    files: dict[str, str] = Field(description="The texts of all files by name, those that are Midtown's included.")
    settings: dict[str, Any] = Field(description="The settings that differ from their defaults.")
    assets: list[ThemeAsset]


class ThemeContentIn(Taken):
    """A draft to save. A file that is left out, or is Midtown's, is Midtown's again, or gone."""

    seen: Seen
    base: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    files: dict[str, str] = Field(max_length=_MOST)
    settings: dict[str, Value] = Field(max_length=_MOST)
    assets: Annotated[list[str], Field(max_length=_MOST, description="The names of those to keep.")]
    note: Annotated[str, StringConstraints(max_length=MAX_NOTE)] = ""


class ProblemOut(Given):
    """Something that is wrong with a theme. An error cannot be published; a warning can, with a reason."""

    file: str = Field(description="A file of the theme, settings.<key>, or empty for all of it.")
    line: int = Field(description="From 1; 0 where there is none.")
    column: int = Field(description="From 1; 0 where it is not known.")
    kind: str
    sentence: str
    level: Literal["error", "warning"]


class ThemeProblems(Given):
    """What the checks find in a revision."""

    revision: int
    problems: list[ProblemOut]


class PublishIn(Taken):
    """The revision to publish; a reason is needed where the checks have warnings."""

    revision: Number
    reason: Annotated[str, StringConstraints(max_length=MAX_NOTE)] = ""


class UpgradeIn(Taken):
    """Which revision to bring to the newest version of Midtown."""

    seen: Seen


class UpgradedFile(Given):
    """What becomes of a file."""

    name: str
    outcome: Literal["follows", "kept", "merged", "conflict", "new", "gone"]
    conflicts: int


class ThemeUpgrade(Given):
    """A theme in the newest version of Midtown, saved as a draft if there is no conflict."""

    base: str
    files: list[UpgradedFile]
    notes: list[str] = Field(description="What became of settings, and where old names are still used.")
    revision: int | None = Field(description="The draft. null: there are conflicts, and nothing was saved.")
    content: ThemeContent = Field(description="Files in conflict have both texts between conflict markers.")
