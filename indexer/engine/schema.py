"""What Whoosh keeps of an article: its id, its columns, and the article itself. The tiers are `packed`."""

from __future__ import annotations

from datetime import datetime, timedelta

from whoosh.columns import NumericColumn, RefBytesColumn
from whoosh.fields import COLUMN, ID, STORED, Schema

from indexer.article import Published

NO_DATE = -(2**31)
_EPOCH = datetime(1970, 1, 1)
_MINUTE = timedelta(minutes=1)


def schema() -> Schema:
    """The fields: ``date`` (see `minutes`), ``source`` and ``category`` are columns, ``article`` is compressed JSON."""
    return Schema(
        id=ID(unique=True),
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
