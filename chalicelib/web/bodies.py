"""The JSON that our pages' scripts send, checked by pydantic.

Imported with the first such request: pydantic takes longer to import than the whole of the product.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from chalicelib.refusals import Invalid


class UploadAsked(BaseModel):
    """What a browser says of a file before it uploads it. ``size`` in bytes."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    name: StrictStr
    type: StrictStr
    size: StrictInt = Field(ge=0, le=2**53)


def upload_asked(content: object) -> UploadAsked:
    """Return ``content`` as what it must be, or raise Invalid with the first thing that is wrong with it."""
    try:
        return UploadAsked.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise Invalid(f"{field}: {first['msg']}.", field=field) from error
