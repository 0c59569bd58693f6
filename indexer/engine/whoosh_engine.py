"""The engine on Whoosh: its segments, writer and matchers, under Fihrist's postings, columns and order of hits.

Whoosh's files hold pickles (schema, segments, posting blocks), so a reader would run what a stranger had written into
them: `generations` compares every file with the manifest's digest before this module opens any.
"""

from __future__ import annotations

import queue
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import whoosh
from numpy.typing import NDArray
from whoosh import query as wq
from whoosh import reading as wr
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.scoring import BM25F
from whoosh.searching import Searcher as Reader

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.base import AnyOf, Filters, Order, PhraseQuery, Query, TermQuery, TopHits
from indexer.engine.columns import Columns, Names
from indexer.engine.postings import postings
from indexer.engine.schema import NO_DATE, minutes, schema
from indexer.errors import DamagedIndexError

# Published figures on news put k1 near 1 and b near .65 (see the README's sources); to be tuned with `fihrist eval`.
_SCORING = BM25F(B=0.65, K1=1.0)


class WhooshEngine:
    """`base.Engine` on whoosh3."""

    name = f"whoosh {whoosh.versionstring()}"

    def __init__(self, analyser: Analyser) -> None:
        self.analyser = analyser

    def open(self, folder: Path) -> WhooshSearcher:
        """A searcher on the published files in ``folder``. Raises DamagedIndexError."""
        try:
            return WhooshSearcher(FileIndex(FileStorage(str(folder), readonly=True)))
        except (whoosh.index.IndexError, OSError, ValueError, KeyError, EOFError) as error:
            raise DamagedIndexError(
                f"the index in {folder} cannot be opened ({error}); run `fihrist index --rebuild PATH...`"
            ) from error

    def writer(self, folder: Path, *, fresh: bool) -> WhooshWriter:
        """A writer on a staging folder."""
        storage = FileStorage(str(folder))
        return WhooshWriter(storage.create_index(schema()) if fresh else FileIndex(storage), self.analyser)


class WhooshWriter:
    """`base.Writer` on whoosh3: one segment a batch; small segments are merged when the run ends."""

    def __init__(self, index: FileIndex, analyser: Analyser) -> None:
        self._index = index
        self._analyser = analyser

    def apply(self, deleted: Iterable[str], added: Sequence[Article]) -> None:
        """Take ``deleted`` out, put ``added`` in; committed when it returns."""
        writer = self._index.writer()
        try:
            for article_id in deleted:
                writer.delete_by_term("id", article_id)
            for article in added:
                tiers = postings(article, self._analyser)
                writer.add_document(
                    id=article.id,
                    folded=tiers["folded"],
                    stem=tiers["stem"],
                    date=minutes(article.published),
                    source=article.source.encode("utf-8", "surrogatepass"),
                    category=article.category.encode("utf-8", "surrogatepass"),
                    article=zlib.compress(article.to_json().encode("utf-8", "surrogatepass")),
                )
        except BaseException:
            writer.cancel()
            raise
        writer.commit(merge=False)

    def finish(self) -> None:
        """Merge small segments, as Whoosh's own policy has it, and take its lock file away."""
        self._index.writer().commit(merge=True)
        self._index.storage.delete_file(f"{self._index.indexname}_WRITELOCK")
        self._index.close()


class WhooshSearcher:
    """`base.Searcher` on whoosh3.

    A Whoosh searcher shared by threads gives wrong results, so each search borrows one of its own from a pool; the
    columns are plain arrays that all of them read.
    """

    def __init__(self, index: FileIndex) -> None:
        self._index = index
        self._idle: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        with self._reader() as reader:
            self._count: int = reader.doc_count()
            self._alive = _alive(reader)
            self._columns = _columns(reader)

    def search(self, query: Query | None, filters: Filters, order: Order, offset: int, limit: int) -> TopHits:
        """See `base.Searcher.search`."""
        docs: NDArray[np.int64] = self._alive
        scores: NDArray[np.float64] = np.zeros(len(docs))
        if query is not None:
            with self._reader() as reader:
                docs, scores = _matches(reader, _translate(query))
        masks = self._columns.masks(filters)
        found = _masked(docs, masks.values())
        chosen = np.isin(docs, found, assume_unique=True) if masks else slice(None)
        ranking = self._ranking(docs[chosen], scores[chosen], order)[offset : offset + limit]
        hits = tuple(zip(docs[chosen][ranking].tolist(), scores[chosen][ranking].tolist(), strict=True))

        def besides(own: str) -> NDArray[np.int64]:
            return _masked(docs, (mask for name, mask in masks.items() if name != own)) if own in masks else found

        return TopHits(
            total=len(found),
            docs=hits,
            facets={
                "source": self._columns.source.counts(besides("source")),
                "category": self._columns.category.counts(besides("category")),
                "year": self._columns.years(besides("date")),
            },
            timeline=self._columns.months(found),
        )

    def fetch(self, doc: int) -> Article:
        """The article with this number."""
        with self._reader() as reader:
            return _stored(reader, doc)

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        with self._reader() as reader:
            for doc in reader.docs_for_query(wq.Term("id", article_id.encode("utf-8", "surrogatepass"))):
                return _stored(reader, doc)
        return None

    def count(self) -> int:
        """How many articles there are."""
        return self._count

    def close(self) -> None:
        """Let go of the files."""
        while not self._idle.empty():
            self._idle.get().close()
        self._index.close()

    def _ranking(self, docs: NDArray[np.int64], scores: NDArray[np.float64], order: Order) -> NDArray[np.int64]:
        dates = self._columns.dates[docs].astype(np.int64)
        if order == "oldest":
            dates[dates == NO_DATE] = 2**31
        keys = {
            "relevance": (docs, -dates, -scores),
            "newest": (docs, -scores, -dates),
            "oldest": (docs, -scores, dates),
        }
        ranking: NDArray[np.int64] = np.lexsort(keys[order])
        return ranking

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        try:
            reader = self._idle.get_nowait()
        except queue.Empty:
            reader = self._index.searcher(weighting=_SCORING)
        try:
            yield reader
        finally:
            self._idle.put(reader)


def _translate(query: Query) -> wq.Query:
    if isinstance(query, TermQuery):
        return wq.Term(query.tier, query.text.encode("utf-8", "surrogatepass"), boost=query.weight)
    if isinstance(query, PhraseQuery):
        words = [text.encode("utf-8", "surrogatepass") for text in query.texts]
        return wq.Phrase(query.tier, words, boost=query.weight)
    children = [_translate(child) for child in query.children]
    if isinstance(query, AnyOf):
        return wq.Or(children)
    wanted = wq.And(children) if children else wq.Every()
    return wq.AndNot(wanted, wq.Or([_translate(child) for child in query.without])) if query.without else wanted


def _matches(reader: Reader, query: wq.Query) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The numbers and scores of all articles that match, numbers ascending."""
    docs: list[int] = []
    scores: list[float] = []
    context = reader.context(weighting=_SCORING)
    for leaf, base in reader.leaf_searchers():
        matcher = query.matcher(leaf, context)
        while matcher.is_active():
            docs.append(base + matcher.id())
            scores.append(matcher.score())
            matcher.next()
    return np.array(docs, np.int64), np.array(scores, np.float64)


def _masked(docs: NDArray[np.int64], masks: Iterable[NDArray[np.bool_]]) -> NDArray[np.int64]:
    for mask in masks:
        docs = docs[mask[docs]]
    return docs


def _stored(reader: Reader, doc: int) -> Article:
    return Article.from_json(zlib.decompress(reader.stored_fields(doc)["article"]).decode("utf-8", "surrogatepass"))


def _alive(reader: Reader) -> NDArray[np.int64]:
    return np.fromiter(reader.reader().all_doc_ids(), np.int64)


def _columns(reader: Reader) -> Columns:
    """Every column over all segments, in the order of article numbers."""
    dates: list[int] = []
    names: dict[str, list[str]] = {"source": [], "category": []}
    for leaf, _ in reader.leaf_searchers():
        segment = leaf.reader()
        if segment.doc_count_all():
            dates += _column(segment, "date")
            for field, values in names.items():
                values += [value.decode("utf-8", "surrogatepass") for value in _column(segment, field)]
    return Columns(np.array(dates, np.int32), Names.of(names["source"]), Names.of(names["category"]))


def _column(segment: wr.IndexReader, field: str) -> list[Any]:
    return list(segment.column_reader(field).load())
