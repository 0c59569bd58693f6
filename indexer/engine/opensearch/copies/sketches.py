# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of sketches: one document for each version of an article that is long enough to be a copy.

Fields of a document:

- ``id``, ``added``, ``removed``, ``part``: as in the index of articles.
- ``sketch``: the sketch of the body (see `indexer.engine.copies.sketches`) as one term a place: two hex digits for the
  place, four for the value. So a match query counts in how many places two sketches agree.
- ``shingles``, ``digest``, ``day``: see `SketchColumns`; ``day`` is absent where none is known.
- ``recurring``: true if the wording is known to recur; absent otherwise.
- ``copies``: the copies that were found when the article was new: of each the ``id`` and ``digest``, and how the two
  are related (``verdict``, ``similarity``). A pair stands in the document of one of its two articles. It is a fact as
  long as both articles have these digests.

All of it is kept in ``_source``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Word
from indexer.article import Article
from indexer.engine.copies.judging import Verdict
from indexer.engine.copies.sketches import HASHES, NO_DAY, Ints, SketchColumns, sketch_columns
from indexer.engine.opensearch.documents import document_id
from indexer.engine.opensearch.replication import BY_SEGMENTS
from indexer.errors import DamagedIndexError

Json = dict[str, Any]

_TERM_BYTES = 3


def sketches_index(shards: int, replicas: int) -> Json:
    """Returns the body that creates an index of sketches."""
    stored = {"type": "long", "index": False, "doc_values": False}
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "-1",
                **BY_SEGMENTS,
                "codec": "best_compression",
            }
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "id": {"type": "keyword"},
                "added": {"type": "integer"},
                "removed": {"type": "integer"},
                "part": {"type": "integer"},
                # With this similarity the score is the number of terms that match.
                "sketch": {
                    "type": "text",
                    "analyzer": "whitespace",
                    "index_options": "docs",
                    "norms": False,
                    "similarity": "boolean",
                },
                "shingles": stored,
                "digest": stored,
                "day": {"type": "integer"},
                "recurring": {"type": "boolean", "index": False, "doc_values": False},
                "copies": {
                    "properties": {
                        "id": {"type": "keyword"},
                        "digest": stored,
                        "verdict": stored,
                        "similarity": stored,
                    }
                },
            },
        },
    }


class FoundCopy(NamedTuple):
    """A copy of an article: its id and digest, and how the two are related (see `CopyPairs`)."""

    id: str
    digest: int
    verdict: int
    similarity: int


@dataclass(frozen=True, slots=True)
class ArticleSketch:
    """What the document of an article says. ``sketch`` holds `HASHES` values of 16 bits, little-endian."""

    id: str
    added: int
    part: int
    sketch: bytes
    shingles: int
    digest: int
    day: int = NO_DAY
    recurring: bool = False
    copies: tuple[FoundCopy, ...] = ()
    removed: tuple[int, ...] = ()

    @property
    def terms(self) -> str:
        """The terms of the field ``sketch``, with blanks between them."""
        return _terms(np.frombuffer(self.sketch, "<u2"))

    def document(self) -> tuple[str, str]:
        """Returns the id of the document, and the document as JSON."""
        source: Json = {
            "id": self.id,
            "added": self.added,
            "part": self.part,
            "sketch": self.terms,
            "shingles": self.shingles,
            "digest": self.digest,
        }
        if self.day != NO_DAY:
            source["day"] = self.day
        if self.recurring:
            source["recurring"] = True
        if self.copies:
            source["copies"] = [copy._asdict() for copy in self.copies]
        if self.removed:
            source["removed"] = list(self.removed)
        return document_id(self.id, self.added, self.part), json.dumps(source, separators=(",", ":"))

    def without(self, run: int) -> ArticleSketch:
        """Returns the same, removed by ``run``."""
        return replace(self, removed=tuple(sorted({*self.removed, run})))

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> ArticleSketch:
        """Reads the source of a document. Raises DamagedIndexError."""
        try:
            copies = tuple(
                FoundCopy(
                    _id(copy["id"]),
                    _number(copy["digest"], 32),
                    Verdict(copy["verdict"]),
                    _number(copy["similarity"], 8),
                )
                for copy in source.get("copies", ())
            )
            return cls(
                _id(source["id"]),
                _number(source["added"]),
                _number(source["part"]),
                _values(source["sketch"]),
                _number(source["shingles"]),
                _number(source["digest"], 32),
                _number(source.get("day", NO_DAY) - NO_DAY, 32) + NO_DAY,
                bool(source.get("recurring", False)),
                copies,
                tuple(map(int, source.get("removed", ()))),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise DamagedIndexError(
                f"the cluster holds a sketch that cannot be read ({error}); if another program changed the index, run "
                "`fihrist index --rebuild PATH...`"
            ) from error


class SketchBatch(NamedTuple):
    """The sketches of several new articles, one row per article; small enough to be sent between processes."""

    ids: NDArray[np.uint64]
    columns: SketchColumns

    def documents(self, added: int, part: int) -> Iterator[tuple[str, str]]:
        """Yields the id of each document, and the document as JSON.

        An article that is too short to be a copy needs none.
        """
        for row in np.flatnonzero(self.columns.sketches.any(axis=1)).tolist():
            yield self.row(row, added, part).document()

    def row(self, row: int, added: int, part: int) -> ArticleSketch:
        """Returns what is known of the article in ``row``."""
        columns = self.columns
        return ArticleSketch(
            f"{int(self.ids[row]):016x}",
            added,
            part,
            columns.sketches[row].astype("<u2").tobytes(),
            int(columns.shingles[row]),
            int(columns.digests[row]),
            int(columns.days[row]),
        )


def sketch_batch(articles: Sequence[Article], bodies: Sequence[Sequence[Word]]) -> SketchBatch:
    """Returns the sketches of ``articles``; ``bodies`` are the words of their bodies, as the analyser gives them."""
    number: dict[str, int] = {}
    words = np.fromiter(
        (number.setdefault(word.folded, len(number)) for body in bodies for word in body),
        np.int64,
        sum(map(len, bodies)),
    )
    docs = np.repeat(np.arange(len(bodies)), [len(body) for body in bodies])
    ids = np.array([int(article.id, 16) for article in articles], np.uint64)
    return SketchBatch(ids, sketch_columns(words, docs, list(number), articles))


def _id(text: str) -> str:
    if len(text) != 16:
        raise ValueError("an id has not 16 digits")
    return f"{int(text, 16):016x}"


def _number(value: int, bits: int = 62) -> int:
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{value} is out of range")
    return int(value)


def _terms(sketch: NDArray[np.uint16]) -> str:
    terms = np.empty((HASHES, _TERM_BYTES), np.uint8)
    terms[:, 0] = np.arange(HASHES)
    terms[:, 1], terms[:, 2] = sketch >> 8, sketch & 0xFF
    return terms.tobytes().hex(" ", _TERM_BYTES)


def _values(text: str) -> bytes:
    """The inverse of `_terms`, as bytes. Raises ValueError."""
    terms = np.frombuffer(bytes.fromhex(text), np.uint8).reshape(HASHES, _TERM_BYTES)
    if not np.array_equal(terms[:, 0], np.arange(HASHES)):
        raise ValueError("a sketch has other places")
    values: Ints = terms[:, 1].astype(np.int64) << 8 | terms[:, 2]
    return values.astype("<u2").tobytes()
