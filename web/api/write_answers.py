# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of a write: what became of each article."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from indexer import moments
from indexer.search.answers.json.member_types import Address, ArticleId, Id, Moment
from indexer.search.answers.json.members import JsonObject
from indexer.spool.receipts import ArticleState, Receipt
from web.api.addresses import ROOT

EXAMPLE_RECEIPT = "18a0c5d2f3b1e400-9f3c21aa"


class WrittenJson(JsonObject, kw_only=True):
    """What became of one article of a write."""

    id: ArticleId
    state: Annotated[
        ArticleState,
        Meta(
            description="waiting: for the next run. published or removed: in the generation named. replaced: by a "
            "later write of the same article. refused: see reason.",
            examples=["waiting"],
        ),
    ]
    same_as: Annotated[
        Id | None,
        Meta(
            description="The article that is shown instead, because it has the same content; null if none is.",
            examples=[None],
        ),
    ]
    reason: Annotated[str | None, Meta(description="Why it was refused; null if it was not.", examples=[None])]


class WriteJson(JsonObject, kw_only=True):
    """What became of a write."""

    receipt: Annotated[str, Meta(description="The name of the write.", examples=[EXAMPLE_RECEIPT])]
    state: Annotated[
        ArticleState,
        Meta(
            description="waiting, published, or refused if its file was damaged; each article has a state of its own.",
            examples=["waiting"],
        ),
    ]
    received_at: Annotated[Moment | None, Meta(description="When it came.", examples=["2026-01-01T03:00:00Z"])]
    generation: Annotated[
        str | None, Meta(description="The generation in which it took effect; null while it waits.", examples=[None])
    ]
    reason: Annotated[str | None, Meta(description="Why it was refused; null if it was not.", examples=[None])]
    place: Annotated[
        Address, Meta(description="The address to ask for this.", examples=[f"{ROOT}/writes/{EXAMPLE_RECEIPT}"])
    ]
    articles: Annotated[list[WrittenJson], Meta(description="Each article, in the order of the request.")]


def place_of_write(prefix: str, name: str) -> str:
    """Returns the address at which to ask for a write, on a server at the path ``prefix``."""
    return f"{prefix}{ROOT}/writes/{name}"


def write_json(name: str, receipt: Receipt, prefix: str) -> WriteJson:
    """Returns what became of the write with the receipt ``name``."""
    return WriteJson(
        receipt=name,
        state="waiting" if receipt.waits else "refused" if receipt.reason else "published",
        received_at=moments.written(receipt.at) if receipt.at else None,
        generation=receipt.generation or None,
        reason=receipt.reason or None,
        place=place_of_write(prefix, name),
        articles=[
            WrittenJson(id=one.id, state=one.state, same_as=one.same_as or None, reason=one.reason or None)
            for one in receipt.outcomes
        ],
    )
