"""The engine on Whoosh: its index, segments, deletions and table of contents over files of our own (`codec`).

``lexicon.bin`` is the lexicon that all terms were made by. Whoosh's table of contents holds pickles, so a reader would
run what a stranger had written into it: `generations` compares every file with the manifest's digest before this module
opens any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from indexer.arabic import lexicon
from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import Lexicon
from indexer.article import Article
from indexer.engine import clusters, maxscore
from indexer.engine.base import Cluster, Filters, Order, Query, Ranked, TopHits, Words
from indexer.engine.clusters import Clusters
from indexer.engine.codec import PackedWriter, Segment, open_arrays, open_articles
from indexer.engine.columns import NO_DATE, Columns, each_counted
from indexer.engine.packed import MAGIC, Ints
from indexer.engine.rerank import added_scores, highest_score
from indexer.engine.schema import schema
from indexer.engine.scoring import Corpus, Floats, Mask, Scored, Scorer
from indexer.engine.weights import RERANKED
from indexer.errors import DamagedIndexError, NotFoundError

LEXICON = "lexicon.bin"
_MANY_SEGMENTS = 16
_MANY_DELETED = 0.25


class WhooshEngine:
    """`base.Engine` on whoosh3."""

    name = f"whoosh {whoosh.versionstring()}, {MAGIC.decode().strip()}"

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
    """`base.Writer` on whoosh3: one segment a batch; segments are merged so that few are left and most are large."""

    def __init__(self, index: FileIndex, folder: Path, analyser: Analyser) -> None:
        self._index = index
        self._folder = folder
        self.analyser = analyser
        self._fresh = not index._segments()

    def apply(self, deleted: Iterable[str], added: Sequence[Article]) -> None:
        """Take ``deleted`` out, put ``added`` in; committed when it returns."""
        writer = PackedWriter(self._index)
        try:
            files = [(segment, open_arrays(self._folder, segment)) for segment in writer.segments]
            for article_id in deleted:
                for segment, file in files:
                    if (doc := file.doc_of(article_id)) >= 0:
                        segment.delete_document(doc)
            if added:
                writer.add_articles(added, self.analyser)
        except BaseException:  # an interrupt too: Whoosh's writer would keep its lock and its files open
            writer.cancel()
            raise
        writer.commit(merge=False)
        if len(self._index._segments()) >= _MANY_SEGMENTS:
            self._merge()

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        for segment in self._index._segments():
            file = open_arrays(self._folder, segment)
            doc = file.doc_of(article_id)
            if doc >= 0 and not segment.is_deleted(doc):
                return open_articles(self._folder, segment, file).article(doc)
        return None

    def finish(self) -> None:
        """Merge what should be merged: all of an index that was built from nothing. Then `cluster`."""
        self._merge(everything=self._fresh)
        self.cluster()
        (self._folder / f"{self._index.indexname}_WRITELOCK").unlink(missing_ok=True)
        self._index.close()

    def cluster(self) -> None:
        """See which of the articles that are there are copies of which."""
        segments: list[Segment] = list(self._index._segments())
        files = [open_arrays(self._folder, segment) for segment in segments]
        articles = [open_articles(self._folder, *pair) for pair in zip(segments, files, strict=True)]
        clusters.update(self._folder, files, articles, [segment.alive() for segment in segments], self.analyser)

    def _merge(self, *, everything: bool = False) -> None:
        segments = list(self._index._segments())
        merging = segments if everything and len(segments) > 1 else to_merge(segments)
        if not merging:
            return
        ids = {segment.segment_id() for segment in merging}

        def policy(writer: PackedWriter, segments: list[Segment]) -> list[Segment]:
            chosen = [segment for segment in segments if segment.segment_id() in ids]
            if sum(segment.doc_count() for segment in chosen):
                writer.add_segments(chosen)
            return [segment for segment in segments if segment.segment_id() not in ids]

        PackedWriter(self._index).commit(mergetype=policy)


def to_merge(segments: Sequence[Segment]) -> list[Segment]:
    """The segments that are to become one; none where all is well.

    A segment is merged with all smaller ones once these have half as many articles together: so a run rewrites about
    as much as it adds, and the number of segments grows with the logarithm of their articles. One of whose articles
    many are deleted is merged in any case.
    """
    ordered = sorted(segments, key=lambda segment: -segment.doc_count_all())
    sizes = [segment.doc_count_all() for segment in ordered]
    first = next((at for at, size in enumerate(sizes) if 2 * sum(sizes[at + 1 :]) >= size), len(sizes))
    merging = ordered[first:] if len(ordered) - first > 1 else []
    return merging + [
        segment
        for segment in ordered
        if segment not in merging and segment.deleted_count() > _MANY_DELETED * segment.doc_count_all()
    ]


def _depth(ranked: Ranked) -> int:
    """How many of the best articles are looked at again."""
    return RERANKED if ranked.grams or ranked.neighbours else 0


def _times(scores: Floats, boost: Floats | None, docs: Ints) -> Floats:
    return scores if boost is None else scores * boost[docs]


class WhooshSearcher:
    """`base.Searcher` over the files of one generation, all of them mapped arrays that threads share."""

    def __init__(self, index: FileIndex, analyser: Analyser) -> None:
        self.analyser = analyser
        folder = Path(index.storage.folder)
        segments: list[Segment] = list(index._segments())
        files = [open_arrays(folder, segment) for segment in segments]
        self._articles = [open_articles(folder, *pair) for pair in zip(segments, files, strict=True)]
        alive = np.concatenate([np.zeros(0, bool), *(segment.alive() for segment in segments)])
        self._columns = Columns.of(files)
        self._clusters = Clusters(clusters.read(folder / clusters.NAME), files, alive)
        self._corpus = Corpus(files, alive, self._columns.mask)
        self._alive = np.flatnonzero(alive)

    def search(
        self, ranked: Ranked | None, filters: Filters, order: Order, offset: int, limit: int, *, collapse: bool = False
    ) -> TopHits:
        """See `base.Searcher.search`."""
        counted = self._clusters.counted if collapse else each_counted
        masks = self._columns.masks(filters)
        mask = np.logical_and.reduce(list(masks.values())) if masks else None
        scorer = Scorer(self._corpus)
        found, full = self._matching(scorer, ranked, mask)
        if ranked is None or order != "relevance":
            ordered = self._by_date(found, order)
            page = self._first(lambda most: ordered[:most], offset + limit, found, collapse)[offset:]
            scores = np.zeros(len(page)) if ranked is None else self._scores(scorer, ranked, full, page)
            top = tuple(zip(page.tolist(), scores.tolist(), strict=True))
        else:
            best: dict[int, float] = {}

            def ranking(most: int) -> Ints:
                best.update(self._best(scorer, ranked, mask, full, most))
                return np.fromiter(best, np.int64, len(best))

            page = self._first(ranking, offset + limit, found, collapse)[offset:]
            top = tuple((doc, best[doc]) for doc in page.tolist())

        def besides(own: str) -> Ints:
            if own not in masks:
                return found
            others = [other for name, other in masks.items() if name != own]
            return self._matching(scorer, ranked, np.logical_and.reduce(others) if others else None)[0]

        total = len(found)
        if collapse:
            total = self._clusters.count(found)
            full = total if full == len(found) else self._clusters.count(self._only_full(scorer, ranked, mask))
        return TopHits(
            total=total,
            full=full,
            docs=top,
            facets={
                "source": self._columns.source.counts(besides("source"), counted),
                "category": self._columns.category.counts(besides("category"), counted),
                "year": self._columns.years(besides("date"), counted),
            },
            timeline=self._columns.months(found, counted),
        )

    def _first(self, ordered: Callable[[int], Ints], most: int, found: Ints, collapse: bool) -> Ints:
        """The first ``most`` of ``found``, of which ``ordered`` gives any number; with ``collapse`` one a cluster."""
        if not (collapse and self._clusters.several[found].any()):
            return ordered(most)
        asked = 2 * most
        while True:
            docs = ordered(asked)
            firsts = self._clusters.firsts(docs)
            if len(firsts) >= most or asked >= len(found):
                return docs[firsts[:most]]
            asked *= 4

    def best(self, ranked: Ranked, limit: int) -> tuple[tuple[int, float], ...]:
        """See `base.Searcher.best`."""
        scorer = Scorer(self._corpus)
        full = len(scorer.docs(ranked.query)) if ranked.wider else 0
        return self._best(scorer, ranked, None, full, limit)

    def _matching(self, scorer: Scorer, ranked: Ranked | None, mask: Mask | None) -> tuple[Ints, int]:
        """What matches within ``mask``; how many of it match the query itself."""
        docs = self._alive if ranked is None else scorer.docs(ranked.query)
        docs = docs if mask is None else docs[mask[docs]]
        full = len(docs)
        if ranked and ranked.wider and full < ranked.enough:
            either = np.zeros(len(self._corpus.alive), bool)
            either[scorer.docs(ranked.wider)] = True
            if mask is not None:
                either &= mask
            either[docs] = True
            docs = np.flatnonzero(either)
        return docs, full

    def _only_full(self, scorer: Scorer, ranked: Ranked | None, mask: Mask | None) -> Ints:
        """What matches the query itself, within ``mask``."""
        return self._matching(scorer, replace(ranked, wider=None) if ranked else None, mask)[0]

    def _scores(self, scorer: Scorer, ranked: Ranked, full: int, docs: Ints) -> Floats:
        """What ``docs`` score, but for what `rerank` adds to the best."""
        boost = self._boost(ranked)
        scores = scorer.at(ranked.query, docs)
        if ranked.wider and full < ranked.enough:
            wider = scorer.at(ranked.wider, docs)
            lift = self._lift(scorer, ranked, ranked.wider)
            return np.where(scores > 0, _times(scores, boost, docs) + lift, _times(wider, boost, docs))
        return _times(scores, boost, docs)

    def _lift(self, scorer: Scorer, ranked: Ranked, wider: Query) -> float:
        """What is added to the scores of articles that match the query itself: more than the others can have."""
        return highest_score(self._corpus, scorer, ranked, wider) * (1 + ranked.recency)

    def _best(
        self, scorer: Scorer, ranked: Ranked, mask: Mask | None, full: int, most: int
    ) -> tuple[tuple[int, float], ...]:
        """The first ``most`` articles by relevance; those that match the query itself outscore those that follow."""
        top = self._ordered(scorer, ranked, self._scored(scorer, ranked.query, ranked, mask, most), most)
        if ranked.wider and full < ranked.enough:
            # As many as are looked at again, besides those that are there already: else pages would not fit together.
            others = self._scored(scorer, ranked.wider, ranked, mask, max(most, _depth(ranked)) + len(top.docs))
            other = ~np.isin(others.docs, top.docs)
            rest = self._ordered(scorer, ranked, Scored(others.docs[other], others.scores[other]), most)
            lift = self._lift(scorer, ranked, ranked.wider)
            top = Scored(np.append(top.docs, rest.docs), np.append(top.scores + lift, rest.scores))
        return tuple(zip(top.docs[:most].tolist(), top.scores[:most].tolist(), strict=True))

    def _scored(self, scorer: Scorer, query: Query, ranked: Ranked, mask: Mask | None, most: int) -> Scored:
        """The articles that may be among the best ``most``, and what they score but for `rerank`."""
        boost = self._boost(ranked)
        if isinstance(query, Words) and query.least < 1:
            return maxscore.best(scorer, query, max(most, _depth(ranked)), mask, boost)
        docs, scores = scorer.scored(query)
        if mask is not None:
            docs, scores = docs[mask[docs]], scores[mask[docs]]
        return Scored(docs, _times(scores, boost, docs))

    def _boost(self, ranked: Ranked) -> Floats | None:
        """What scores are multiplied by."""
        return 1 + ranked.recency * self._columns.freshness if ranked.recency else None

    def _ordered(self, scorer: Scorer, ranked: Ranked, found: Scored, most: int) -> Scored:
        """The best ``most`` of ``found``, in their order."""
        depth = _depth(ranked)
        docs, scores = self._sorted(found, max(most, depth))
        head = slice(0, depth)
        if depth and len(docs):
            added = added_scores(self._corpus, scorer, ranked, docs[head])
            scores[head] += _times(added, self._boost(ranked), docs[head])
        best = self._sorted(Scored(docs[head], scores[head]), depth)
        return Scored(np.append(best.docs, docs[depth:]), np.append(best.scores, scores[depth:]))

    def _sorted(self, found: Scored, most: int) -> Scored:
        docs, scores = found
        if len(docs) > most:
            chosen = scores >= np.partition(scores, -most)[-most]
            docs, scores = docs[chosen], scores[chosen]
        order = np.lexsort((docs, -self._columns.dates[docs].astype(np.int64), -scores))[:most]
        return Scored(docs[order], scores[order])

    def _by_date(self, docs: Ints, order: Order) -> Ints:
        dates = self._columns.dates[docs].astype(np.int64)
        if order == "oldest":
            dates[dates == NO_DATE] = 2**31
        return docs[np.argsort(dates if order == "oldest" else -dates, kind="stable")]

    def cluster(self, doc: int) -> Cluster:
        """The cluster that the article with this number is in."""
        return Cluster(self._clusters.id_of(doc), self._clusters.size_of(doc))

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """See `base.Searcher.copies`."""
        doc = self._number(article_id)
        if doc is None:
            raise NotFoundError(f"there is no article {article_id[:40]!r}")
        others = self._clusters.members(doc)
        newest = self._by_date(others[others != doc], "newest")
        return self.cluster(doc), tuple(self.fetch(other) for other in newest[:most].tolist())

    def fetch(self, doc: int) -> Article:
        """The article with this number. Raises DamagedIndexError."""
        segment = int(np.searchsorted(self._corpus.bases, doc, side="right")) - 1
        return self._articles[segment].article(doc - self._corpus.bases[segment])

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        doc = self._number(article_id)
        return None if doc is None else self.fetch(doc)

    def _number(self, article_id: str) -> int | None:
        for base, file in zip(self._corpus.bases, self._corpus.files, strict=False):
            doc = file.doc_of(article_id)
            if doc >= 0 and self._corpus.alive[base + doc]:
                return int(base + doc)
        return None

    def count(self) -> int:
        """How many articles there are."""
        return len(self._alive)

    def close(self) -> None:
        """The maps go with the last search that reads them."""
