# SPDX-License-Identifier: GPL-3.0-or-later
"""Connects Whoosh with our segment files, so that its matchers read the same postings that our own search scores.

A segment consists of the files of `files`, named ``MAIN_<id>``. Segments, deletions and the table of contents are
Whoosh's. Articles are added by `PackedWriter.add_articles`, a batch at a time, not field by field.

Searches of the product use the arrays directly (see `ranking`). Whoosh's own searcher with `TierWeighting` returns the
same articles with the same scores one posting at a time; the tests compare our search with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Codec, PerDocumentReader, TermsReader
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span
from whoosh.reading import TermInfo, TermNotFound
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.writing import SegmentWriter

from indexer.arabic.analyser import TIERS, Analyser
from indexer.article import Article
from indexer.engine.local.segments import stored
from indexer.engine.local.segments.files import SegmentFiles
from indexer.engine.local.segments.headlines import Headlines, merge_headlines
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.postings import POSITIONAL, Postings
from indexer.engine.local.segments.stored import StoredArticles
from indexer.engine.local.writing import merge
from indexer.engine.store import Refused
from indexer.engine.weights import K1, B


class Segment(W3Segment):  # type: ignore[misc]  # Whoosh counts as Any
    """What the table of contents stores for a segment: its id, its number of articles, and which are deleted."""

    def alive(self) -> NDArray[np.bool_]:
        """Returns for each article whether it is not deleted."""
        alive = np.ones(self.doc_count_all(), bool)
        alive[list(self.deleted_docs())] = False
        return alive

    def should_assemble(self) -> bool:
        """Returns False: the files stay separate, so that they can be mapped."""
        return False


class PackedCodec(Codec):  # type: ignore[misc]  # as above
    """Opens segments for Whoosh. It does not support writing field by field."""

    length_stats = False

    def new_segment(self, storage: FileStorage, indexname: str) -> Segment:
        """Returns an empty segment with a new id."""
        return Segment(self, indexname)

    def per_document_writer(self, storage: FileStorage, segment: Segment) -> _Closed:
        """Returns a placeholder, since nothing is written this way."""
        return _Closed()

    def field_writer(self, storage: FileStorage, segment: Segment) -> _Closed:
        """Returns a placeholder, since nothing is written this way."""
        return _Closed()

    def per_document_reader(self, storage: FileStorage, segment: Segment) -> _WhooshArticles:
        """Opens the articles of ``segment``. Raises DamagedIndexError."""
        return _WhooshArticles(Path(storage.folder), segment)

    def terms_reader(self, storage: FileStorage, segment: Segment) -> _WhooshTerms:
        """Opens the terms and postings of ``segment``. Raises DamagedIndexError."""
        return _WhooshTerms(open_arrays(Path(storage.folder), segment))

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:  # noqa: D102
        raise NotImplementedError("articles are added by PackedWriter.add_articles")

    def postings_reader(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        raise NotImplementedError("postings are read by the terms reader")


def segment_files(folder: Path, segment: Segment) -> SegmentFiles:
    """Returns the paths of the files of ``segment``."""
    return SegmentFiles.named(folder, segment.make_filename(""))


def open_arrays(folder: Path, segment: Segment) -> SegmentFile:
    """Opens the arrays of ``segment``. Raises DamagedIndexError."""
    return SegmentFile(segment_files(folder, segment).arrays)


def open_articles(folder: Path, segment: Segment, arrays: SegmentFile) -> StoredArticles:
    """Opens the stored articles of ``segment``. Raises DamagedIndexError."""
    return StoredArticles(segment_files(folder, segment).articles, arrays.arrays["stored"])


def open_headlines(folder: Path, segment: Segment) -> Headlines:
    """Opens the headlines of ``segment``. Raises DamagedIndexError."""
    return Headlines(segment_files(folder, segment).headlines)


class PackedWriter(SegmentWriter):  # type: ignore[misc]  # as above
    """A Whoosh writer that adds one segment, either from a batch of articles or by merging whole segments."""

    def __init__(self, index: Any) -> None:
        super().__init__(index, codec=PackedCodec(), compound=False)
        self._folder = Path(self.storage.folder)

    def add_articles(self, articles: Sequence[Article], analyser: Analyser) -> list[Refused]:
        """Writes the segment of ``articles``. Raises OSError.

        Returns the articles that were left out because they could not be processed.
        """
        refused = segment_files(self._folder, self.newsegment).write(articles, analyser)
        if len(refused) < len(articles):
            self._add(len(articles) - len(refused))
        return refused

    def add_segments(self, segments: Sequence[Segment]) -> None:
        """Writes one segment with all articles of ``segments`` that are not deleted. Raises OSError.

        The merged segments stay in the table of contents; the caller removes them.
        """
        files = [open_arrays(self._folder, segment) for segment in segments]
        articles = [open_articles(self._folder, *pair) for pair in zip(segments, files, strict=True)]
        alive = [segment.alive() for segment in segments]
        headlines = [open_headlines(self._folder, segment) for segment in segments]
        target = segment_files(self._folder, self.newsegment)
        starts = stored.merge(target.articles, articles, alive)
        merge.merge(target.arrays, files, alive, starts)
        merge_headlines(target.headlines, headlines, alive)
        self._add(len(starts) - 1)

    def _add(self, articles: int) -> None:
        self.docnum += articles
        self._added = True

    def _flush_segment(self) -> None:
        """Does nothing: everything has been written already."""


class _Closed:
    """A placeholder for a writer that Whoosh expects and closes."""

    is_closed = True

    def close(self) -> None:
        """Does nothing."""


class _WhooshArticles(PerDocumentReader):  # type: ignore[misc]  # as above
    def __init__(self, folder: Path, segment: Segment) -> None:
        self._segment = segment
        self._file = open_arrays(folder, segment)
        self._articles = open_articles(folder, segment, self._file)

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> frozenset[int]:
        return frozenset(self._segment.deleted_docs())

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname == "date"

    def column_reader(self, fieldname: str, column: Any) -> list[int]:
        return list(self._file.arrays["dates"].tolist())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._file.arrays["lengths"][docnum])

    def field_length(self, fieldname: str) -> int:
        return int(self._file.arrays["lengths"].sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        return int(self._file.arrays["lengths"].min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._file.arrays["lengths"].max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"article": self._articles.article(docnum)}


class _WhooshTerms(TermsReader):  # type: ignore[misc]  # as above
    def __init__(self, file: SegmentFile) -> None:
        self._file = file

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._number(*term) >= 0

    def indexed_field_names(self) -> tuple[str, ...]:
        return TIERS

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((tier, text) for tier in sorted(TIERS) for text in self._file.terms[tier])

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        # Whoosh stops at the first term of another field or without the prefix.
        return ((tier, text) for tier, text in self.terms() if (tier, text) >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        raise NotImplementedError("spelling does not go through Whoosh")

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        postings = self._postings(fieldname, text)
        return TermInfo(
            weight=float(postings.weights.sum()),
            df=len(postings.docs),
            maxweight=float(postings.weights.max()),
            minid=int(postings.docs[0]),
            maxid=int(postings.docs[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> _WhooshMatcher:
        try:
            return _WhooshMatcher(self._postings(fieldname, text), format_, scorer, (fieldname, text))
        except KeyError as error:
            raise TermNotFound(f"no term {fieldname}:{text!r}") from error

    def _postings(self, tier: str, text: bytes) -> Postings:
        number = self._number(tier, text)
        if number < 0:
            raise KeyError(text)
        return self._file.numbered_postings(tier, number)  # type: ignore[arg-type]  # _number knows tiers only

    def _number(self, tier: str, text: bytes) -> int:
        return self._file.terms[tier].find(text) if tier in TIERS else -1


class _WhooshMatcher(LeafMatcher):  # type: ignore[misc]  # as above
    """Walks over the postings of a term one by one."""

    def __init__(self, postings: Postings, format_: Any, scorer: Any, term: tuple[str, bytes], at: int = 0) -> None:
        self._postings = postings
        self._ids: list[int] = postings.docs.tolist()
        self._ends = np.cumsum(postings.counts).tolist()
        self._at = at
        self.format = format_
        self.scorer = scorer
        self._term = term

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def id(self) -> int:
        return self._ids[self._at]

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, id: int) -> bool:  # as Whoosh names it
        while self.is_active() and self.id() < id:
            self._at += 1
        return True

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> _WhooshMatcher:
        return _WhooshMatcher(self._postings, self.format, self.scorer, self._term, self._at)

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids)

    def weight(self) -> float:
        return float(self._postings.weights[self._at])

    def supports_block_quality(self) -> bool:
        return False

    def spans(self) -> list[Span]:
        assert self._term[0] in POSITIONAL
        begin = self._ends[self._at - 1] if self._at else 0
        return [Span(position) for position in self._postings.positions[begin : self._ends[self._at]].tolist()]


class TierWeighting(WeightingModel):  # type: ignore[misc]  # as above
    """BM25F with the same formula as `scoring`, for Whoosh's searcher over one generation."""

    def __init__(self, count: int, average_length: float) -> None:
        """``count`` articles are not deleted; ``average_length`` is the mean of their weighted lengths."""
        self._count = count
        self._average = average_length

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> BaseScorer:
        """Returns the scorer of one term in one segment."""
        having = searcher.get_parent().reader().doc_frequency(fieldname, text)
        idf = float(np.log1p((self._count - min(having, self._count) + 0.5) / (having + 0.5)))
        return _TermScorer(idf, self._average, searcher.reader())


class _TermScorer(BaseScorer):  # type: ignore[misc]  # as above
    def __init__(self, idf: float, average: float, reader: Any) -> None:
        self._idf = idf
        self._average = average
        self._reader = reader

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return self._idf * (K1 + 1)

    def block_quality(self, matcher: _WhooshMatcher) -> float:
        return self.max_quality()

    def score(self, matcher: _WhooshMatcher) -> float:
        tf = matcher.weight()
        length = self._reader.doc_field_length(matcher.id(), "stem")
        return float(self._idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / max(self._average, 1.0))))
