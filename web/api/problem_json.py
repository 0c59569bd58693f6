# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of an error (RFC 9457)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from indexer.search.answers.json.member_types import Address
from indexer.search.answers.json.members import JsonObject
from web.api.error_codes import CODES


class ProblemJson(JsonObject, kw_only=True):
    """An error (RFC 9457). Programs tell errors apart by code."""

    may_lack: ClassVar[frozenset[str]] = frozenset(("export", "cursor"))

    type: Annotated[Address, Meta(description="The address at which the code is explained.")]
    title: Annotated[
        str,
        Meta(description="What happened, in a few words.", examples=["A parameter has a value that cannot be used"]),
    ]
    status: Annotated[int, Meta(description="The HTTP status.", ge=400, le=599, examples=[400])]
    detail: Annotated[
        str,
        Meta(
            description="What is wrong, and what would be right.",
            examples=["page must be a whole number from 1 to 999,999,999."],
        ),
    ]
    code: Annotated[
        str,
        Meta(
            description="What kind of error it is, as a stable name for programs.",
            extra_json_schema={"enum": sorted(CODES)},
            examples=["invalid_parameter"],
        ),
    ]
    param: Annotated[str | None, Meta(description="The parameter at fault; null if it is none.", examples=["page"])]
    export: Annotated[
        Address | UnsetType,
        Meta(
            description="The address of an export with all results; only with page_too_deep.",
        ),
    ] = UNSET
    cursor: Annotated[
        Address | UnsetType,
        Meta(
            description="The address of the results behind the last one that has a page number; only with "
            "page_too_deep, and only if there are any.",
        ),
    ] = UNSET
