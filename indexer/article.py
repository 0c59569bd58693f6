# SPDX-License-Identifier: GPL-3.0-or-later
"""Defines the article: the record of one piece of news that all parts of Fihrist use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

from indexer.columns import AUTHOR, COLUMNS_BY_NAME
from indexer.dates import minute_in_utc

Precision = Literal["year", "month", "day", "time"]

_PRECISION_OF_LENGTH: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
_REDUCED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date with the precision that the page states, in the local time of the page.

    ``value`` is ISO 8601 at its own precision: ``2023``, ``2023-05``, ``2023-05-14`` or ``2023-05-14T10:45:00+01:00``.
    """

    value: str

    def __post_init__(self) -> None:
        """Raises ValueError if ``value`` does not have one of the four forms, or is not a date of the calendar."""
        self.start()

    @property
    def precision(self) -> Precision:
        """The precision of the date."""
        return _PRECISION_OF_LENGTH.get(len(self.value), "time")

    def written(self) -> str:
        """Returns the date in the one shape of its precision: a time has seconds, and Z if its offset is UTC."""
        if self.precision != "time":
            return self.value
        return datetime.fromisoformat(self.value).isoformat(timespec="seconds").replace("+00:00", "Z")

    def start(self) -> datetime:
        """Returns the first moment that the date covers, in the local time of the page, without a zone."""
        if _REDUCED.fullmatch(self.value):
            year, month, day = (*self.value.split("-"), "01", "01")[:3]
            return datetime(int(year), int(month), int(day))
        moment = datetime.fromisoformat(self.value)
        if len(self.value) < len("2023-05-14T10:45"):
            raise ValueError(f"not a date at one of the four precisions: {self.value!r}")
        return moment.replace(tzinfo=None)

    def instant(self) -> int | None:
        """Returns the minute in UTC at which the date lies, counted from 1970; None where it states no offset."""
        if self.precision != "time":
            return None
        moment = datetime.fromisoformat(self.value)
        offset = moment.utcoffset()
        return None if offset is None else minute_in_utc(moment.replace(tzinfo=None), offset)


@dataclass(frozen=True, slots=True)
class Removed:
    """A line of the page that is not part of the article's text. ``reason`` is a stable name: menu, share,
    crosslink, ..."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. Immutable. Missing texts are empty strings, a missing date is None.

    ``id`` is 16 hexadecimal digits and stays the same as long as the article stays at its place in the archive.
    ``body`` holds paragraphs separated by "\\n", each exactly as on the page. ``category`` is the section of the
    outlet. ``path`` is the absolute path of the file that it was read from.

    ``author`` is the byline as printed. ``authors`` are the names in it, by which articles are filtered and counted;
    None stands for the byline itself.

    ``fetched_at`` is the moment (see `moments`) at which a crawler fetched the page, if the file says so.
    ``own`` holds the name and value of each own field (see `indexer.columns`) that the article has, sorted by name.
    ``indexed_at`` is the moment at which the archive first had the article (see `first_indexed`), None until then.
    """

    id: str
    title: str
    body: str
    path: str
    source: str = ""
    category: str = ""
    author: str = ""
    url: str = ""
    published: Published | None = None
    removed: tuple[Removed, ...] = ()
    fetched_at: int | None = None
    indexed_at: int | None = None
    own: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Names that are the byline itself are not kept twice."""
        if self.authors == self._byline():
            object.__setattr__(self, "authors", None)

    def _byline(self) -> tuple[str, ...]:
        return (self.author,) if self.author else ()

    def names_in(self, column: str) -> tuple[str, ...]:
        """Returns the article's names in a column (see `indexer.columns`)."""
        if column == AUTHOR.name:
            return self._byline() if self.authors is None else self.authors
        name = dict(self.own).get(column, "") if column not in COLUMNS_BY_NAME else getattr(self, column)
        return (name,) if name else ()

    @property
    def fingerprint(self) -> str:
        """A hash in 32 hexadecimal digits over everything from the file: all fields except ``path`` and
        ``indexed_at``."""
        return self.digests()[0]

    @property
    def content(self) -> str:
        """A hash in 32 hexadecimal digits over what a reader sees. Copies have the same one at any path and time of
        fetching."""
        return self.digests()[1]

    def digests(self) -> tuple[str, str]:
        """Returns `fingerprint` and `content`, at the cost of computing one of them."""
        published = self.published.value if self.published else ""
        own = [text for pair in self.own for text in pair]
        parts = [self.title, self.body, self.source, self.category, self.author, self.url, published, *own]
        content = _digest([*parts, *(() if self.authors is None else ("authors", *self.authors))])
        removed = [text for line in self.removed for text in (line.text, line.reason)]
        return _digest([content, self.id, str(self.fetched_at), *removed]), content

    def to_json(self) -> str:
        """Returns the article as a JSON object, for storage; `from_json` reads it."""
        members = {f.name: getattr(self, f.name) for f in fields(self)}
        if self.authors is None:
            del members["authors"]
        return json.dumps(members, ensure_ascii=False, default=_plain)

    @classmethod
    def from_json(cls, text: str) -> Article:
        """Returns the article that `to_json` wrote. Raises ValueError, KeyError or TypeError on anything else."""
        data: dict[str, Any] = json.loads(text)
        published = data.pop("published")
        removed = tuple(Removed(*pair) for pair in data.pop("removed"))
        own = tuple((name, value) for name, value in data.pop("own"))
        authors = data.pop("authors", None)
        return cls(
            published=Published(published) if published else None,
            removed=removed,
            own=own,
            authors=None if authors is None else tuple(authors),
            **data,
        )


def article_id(key: str) -> str:
    """Returns the stable id of the article at ``key``, its place in the archive: 64 bits of BLAKE2b in hexadecimal."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _digest(texts: Iterable[str]) -> str:
    """Returns a hash of ``texts`` in 32 hexadecimal digits. It includes the lengths, so different lists have
    different hashes."""
    hashed = blake2b(digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        hashed.update(b"%d " % len(data) + data)
    return hashed.hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Published):
        return value.value
    if isinstance(value, Removed):
        return [value.text, value.reason]
    raise TypeError(f"not storable: {value!r}")
