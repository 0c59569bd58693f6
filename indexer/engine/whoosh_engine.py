"""The engine on Whoosh: its segments, deletions, columns and stored articles; beside each segment its packed tiers.

``MAIN_<id>.seg`` is Whoosh's segment, ``tiers-<id>.bin`` its terms and postings (`packed`), with the same articles
under the same numbers. ``lexicon.bin`` is the lexicon that all terms were made by.

Whoosh's files hold pickles (schema, segments), so a reader would run what a stranger had written into them:
`generations` compares every file with the manifest's digest before this module opens any.
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
from whoosh.searching import Searcher as Reader
from whoosh.writing import SegmentWriter

from indexer.arabic import lexicon
from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import Lexicon
from indexer.article import Article
from indexer.engine import packed
from indexer.engine.base import Filters, Order, Query, Ranked, TopHits
from indexer.engine.build import segment_arrays
from indexer.engine.columns import Columns, Names
from indexer.engine.merge import merged_arrays
from indexer.engine.packed import PackedSegment
from indexer.engine.schema import NO_DATE, minutes, schema
from indexer.engine.scoring import Matches, Scorer
from indexer.engine.weights import PROXIMITY_DEPTH
from indexer.errors import DamagedIndexError

LEXICON = "lexicon.bin"
_MOST_SEGMENTS = 8


class WhooshEngine:
    """`base.Engine` on whoosh3."""

    name = f"whoosh {whoosh.versionstring()}, packed tiers 1"

    def __init__(self) -> None:
        self._analysers: dict[str, Analyser] = {}

    def analyser(self, folder: Path) -> Analyser:
        """The analyser over the lexicon in ``folder``; generations that share it share its cache too."""
        words = Lexicon.open(folder / LEXICON)
        return self._analysers.setdefault(words.fingerprint, Analyser(words))

    def open(self, folder: Path) -> WhooshSearcher:
        """A searcher on the published files in ``folder``. Raises DamagedIndexError."""
        try:
            return WhooshSearcher(FileIndex(FileStorage(str(folder), readonly=True)), self.analyser(folder))
        except (whoosh.index.IndexError, OSError, ValueError, KeyError, EOFError) as error:
            raise DamagedIndexError(
                f"the index in {folder} cannot be opened ({error}); run `fihrist index --rebuild PATH...`"
            ) from error

    def writer(self, folder: Path, *, fresh: bool) -> WhooshWriter:
        """A writer on a staging folder."""
        storage = FileStorage(str(folder))
        if fresh:
            lexicon.shipped().write(folder / LEXICON)
        index = storage.create_index(schema()) if fresh else FileIndex(storage)
        return WhooshWriter(index, folder, self.analyser(folder))


class WhooshWriter:
    """`base.Writer` on whoosh3: one segment a batch; small segments are merged when the run ends."""

    def __init__(self, index: FileIndex, folder: Path, analyser: Analyser) -> None:
        self._index = index
        self._folder = folder
        self.analyser = analyser

    def apply(self, deleted: Iterable[str], added: Sequence[Article]) -> None:
        """Take ``deleted`` out, put ``added`` in; committed when it returns."""
        writer = self._index.writer()
        try:
            for article_id in deleted:
                writer.delete_by_term("id", article_id)
            for article in added:
                writer.add_document(
                    id=article.id,
                    date=minutes(article.published),
                    source=article.source.encode("utf-8", "surrogatepass"),
                    category=article.category.encode("utf-8", "surrogatepass"),
                    article=zlib.compress(article.to_json().encode("utf-8", "surrogatepass")),
                )
            if added:
                arrays = segment_arrays(added, self.analyser)
                packed.write(self._tiers(writer.newsegment), len(added), arrays)
        except BaseException:  # an interrupt too: Whoosh's writer would keep its lock and its files open
            writer.cancel()
            raise
        writer.commit(merge=False)

    def finish(self) -> None:
        """Merge all segments but the largest when there are many; take away the files of segments that are no more."""
        segments = self._segments()
        if len(segments) > _MOST_SEGMENTS:
            largest = max(segments, key=lambda segment: segment.doc_count())
            self._merge([segment for segment in segments if segment is not largest])
        kept = {self._tiers(segment) for segment in self._segments()}
        for path in self._folder.glob("tiers-*.bin"):
            if path not in kept:
                path.unlink()
        self._index.storage.delete_file(f"{self._index.indexname}_WRITELOCK")
        self._index.close()

    def _merge(self, merging: list[Any]) -> None:
        ids = {segment.segment_id() for segment in merging}

        def policy(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
            # Whoosh copies what is alive of each segment in turn; the packed tiers are merged in the same order.
            chosen = [segment for segment in segments if segment.segment_id() in ids]
            tiers = [PackedSegment(self._tiers(segment)) for segment in chosen]
            alive = [_alive(segment) for segment in chosen]
            packed.write(self._tiers(writer.newsegment), int(sum(map(np.sum, alive))), merged_arrays(tiers, alive))
            for segment in chosen:
                reader = wr.SegmentReader(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
            return [segment for segment in segments if segment.segment_id() not in ids]

        self._index.writer().commit(mergetype=policy)

    def _segments(self) -> list[Any]:
        return list(self._index._segments())

    def _tiers(self, segment: Any) -> Path:
        return _tiers(self._folder, segment)


class WhooshSearcher:
    """`base.Searcher` on whoosh3.

    A Whoosh searcher shared by threads gives wrong results, so each access to stored articles borrows one of its own
    from a pool; tiers and columns are plain arrays that all threads read.
    """

    def __init__(self, index: FileIndex, analyser: Analyser) -> None:
        self.analyser = analyser
        self._index = index
        self._idle: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        segments = list(index._segments())
        folder = Path(index.storage.folder)
        alive = np.concatenate([np.zeros(0, bool), *map(_alive, segments)])
        self._alive = np.flatnonzero(alive)
        self._scorer = Scorer([PackedSegment(_tiers(folder, segment)) for segment in segments], alive)
        with self._reader() as reader:
            self._columns = _columns(reader)

    def search(self, ranked: Ranked | None, filters: Filters, order: Order, offset: int, limit: int) -> TopHits:
        """See `base.Searcher.search`."""
        docs: NDArray[np.int64] = self._alive
        scores: NDArray[np.float64] = np.zeros(len(docs))
        masks = self._columns.masks(filters)
        full = len(_masked(docs, masks.values()))
        if ranked is not None:
            matches, full = self._matches(ranked, masks.values())
            docs = np.flatnonzero(matches.found)
            scores = matches.scores[docs]
        found = _masked(docs, masks.values())
        chosen = np.isin(docs, found, assume_unique=True)
        docs_found, scores_found = docs[chosen], scores[chosen]
        ranking = self._ranking(docs_found, scores_found, order)
        if ranked and ranked.neighbours and order == "relevance":
            best = ranking[:PROXIMITY_DEPTH]
            scores_found[best] += self._scorer.proximity(ranked.neighbours, docs_found[best])
            ranking[:PROXIMITY_DEPTH] = best[self._ranking(docs_found[best], scores_found[best], order)]
        page = ranking[offset : offset + limit]

        def besides(own: str) -> NDArray[np.int64]:
            return _masked(docs, (mask for name, mask in masks.items() if name != own)) if own in masks else found

        return TopHits(
            total=len(found),
            full=full,
            docs=tuple(zip(docs_found[page].tolist(), scores_found[page].tolist(), strict=True)),
            facets={
                "source": self._columns.source.counts(besides("source")),
                "category": self._columns.category.counts(besides("category")),
                "year": self._columns.years(besides("date")),
            },
            timeline=self._columns.months(found),
        )

    def _matches(self, ranked: Ranked, masks: Iterable[NDArray[np.bool_]]) -> tuple[Matches, int]:
        """What matches, and how many of it in full. Each step's articles outscore those that the next one adds."""
        masks = list(masks)
        found = self._evaluate(ranked.query, ranked.recency)
        full = total = len(_masked(np.flatnonzero(found.found), masks))
        for query in ranked.wider:
            if total >= ranked.enough:
                break
            wider = self._evaluate(query, ranked.recency)
            lift = float(wider.scores.max(initial=0.0)) + 1.0
            scores = np.where(found.found, found.scores + lift, wider.scores)
            found = Matches(found.found | wider.found, scores)
            total = len(_masked(np.flatnonzero(found.found), masks))
        return found, full

    def _evaluate(self, query: Query, recency: float) -> Matches:
        matches = self._scorer.evaluate(query)
        if not recency:
            return matches
        return matches._replace(scores=matches.scores * (1 + recency * self._columns.freshness))

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
        return len(self._alive)

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
            try:
                reader = self._index.searcher()
            except (whoosh.index.IndexError, OSError) as error:
                raise DamagedIndexError(f"the generation in {self._index.storage.folder} is gone: {error}") from error
        try:
            yield reader
        finally:
            self._idle.put(reader)


def _masked(docs: NDArray[np.int64], masks: Iterable[NDArray[np.bool_]]) -> NDArray[np.int64]:
    for mask in masks:
        docs = docs[mask[docs]]
    return docs


def _stored(reader: Reader, doc: int) -> Article:
    return Article.from_json(zlib.decompress(reader.stored_fields(doc)["article"]).decode("utf-8", "surrogatepass"))


def _alive(segment: Any) -> NDArray[np.bool_]:
    """Which articles of a Whoosh segment are not deleted."""
    alive = np.ones(segment.doc_count_all(), bool)
    alive[list(segment.deleted_docs())] = False
    return alive


def _tiers(folder: Path, segment: Any) -> Path:
    return folder / f"tiers-{segment.segment_id()}.bin"


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
