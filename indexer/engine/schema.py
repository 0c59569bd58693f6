"""The fields of Fihrist's index, in Whoosh's terms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from whoosh.columns import NumericColumn, RefBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema

from indexer.article import Published
from indexer.engine.postings import PackedPositions

NO_DATE = -(2**31)
_EPOCH = datetime(1970, 1, 1)
_MINUTE = timedelta(minutes=1)


class TierField(FieldType):  # type: ignore[misc]  # Whoosh counts as untyped
    """A tier: its values are lists of `postings.Posting`, analysed before they reach Whoosh."""

    def __init__(self) -> None:
        self.format = PackedPositions()
        self.analyzer = None
        self.scorable = True
        self.stored = False
        self.unique = False
        self.vector = None

    def index(self, value: Any, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The postings of one article, as Whoosh's writer takes them."""
        return iter(value)


def schema() -> Schema:
    """The fields of the index.

    ``folded`` and ``stem`` are the tiers; ``date`` (see `minutes`), ``source`` and ``category`` are columns;
    ``article`` is the stored article, as compressed JSON.
    """
    return Schema(
        id=ID(unique=True),
        folded=TierField(),
        stem=TierField(),
        date=COLUMN(NumericColumn("i", default=NO_DATE)),
        source=COLUMN(RefBytesColumn()),
        category=COLUMN(RefBytesColumn()),
        article=STORED(),
    )


def minutes(published: Published | None) -> int:
    """A date as the column has it: minutes since 1970 in the page's own time, ``NO_DATE`` for none."""
    return NO_DATE if published is None else (published.start() - _EPOCH) // _MINUTE


def day_minutes(year: int, month: int, day: int) -> int:
    """The column's value for the first minute of a day."""
    return (datetime(year, month, day) - _EPOCH) // _MINUTE
