# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of the index in terms of Whoosh."""

from __future__ import annotations

from whoosh.analysis import IDAnalyzer
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.formats import Existence, Positions

from indexer.arabic.analyser import TIERS
from indexer.engine.local.segments.columns import NO_DATE
from indexer.engine.local.segments.postings import POSITIONAL


class TierField(FieldType):  # type: ignore[misc]  # Whoosh counts as Any
    """A tier, whose terms come from our analyser and never from Whoosh."""

    def __init__(self, *, positions: bool) -> None:
        self.analyzer = IDAnalyzer()
        self.format = Positions() if positions else Existence()
        self.scorable = True
        self.stored = False
        self.unique = False
        self.vector = None


def schema() -> Schema:
    """Returns the schema.

    The tiers are searched, ``id`` is looked up (see `packed`), ``date`` is a column, ``article`` is stored.
    """
    return Schema(
        id=ID(unique=True),
        date=COLUMN(NumericColumn("i", default=NO_DATE)),
        article=STORED(),
        **{tier: TierField(positions=tier in POSITIONAL) for tier in TIERS},
    )
