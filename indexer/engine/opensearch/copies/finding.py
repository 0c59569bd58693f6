# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds which clusters a run changes, when all its articles are in the cluster. A session calls it in `finish`.

An article is new to this search if its text, headline, source or date is. New articles are compared with each other and
with the older ones whose sketches are most like theirs. Pairs of copies are noted in the sketches, and clusters are
joined anew from all pairs that are connected with a change, as in the local engine. So a run gives the clusters that
building the same articles anew would give, but for these exceptions, which end with a rebuild:

- Wording that was found to recur stays so after the other article was deleted, as in the local engine.
- If more than twenty articles share a wording, the pairs that are looked at depend on earlier runs, as in the local
  engine. A new article is compared with at most `older.NEAR` older ones of about the same day.
- A wording that recurs is noticed by the `older.FAR` most similar articles of other days.
- If more than `connecting.MOST` articles are connected, or over more than `connecting.STEPS` pairs in a row, only a
  part of them is joined anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine.copies import joining
from indexer.engine.copies.candidates import likely_pairs
from indexer.engine.copies.joining import CopyPairs, FoundCopies
from indexer.engine.copies.pairs import TextJudge, judged_pairs
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.copies.comparing import Judging, near_each_other, one_by_one, parts_of
from indexer.engine.opensearch.copies.connecting import ConnectedArticles
from indexer.engine.opensearch.copies.noting import noted_sketches
from indexer.engine.opensearch.copies.older import CopyIndexes, Membership, OlderArticles
from indexer.engine.opensearch.copies.table import OwnSketches, SketchTable, id_of, number_of
from indexer.engine.opensearch.copies.texts import ComparedArticles, ReadArticles
from indexer.engine.opensearch.visibility import Visibility


class RunOfCopies(NamedTuple):
    """What a run did.

    ``number`` is its run number, ``part`` that of the documents that it writes now, ``own`` are the sketches of its
    articles, ``deleted`` the ids of articles of the base that it deletes or replaces.
    """

    number: int
    part: int
    own: OwnSketches
    deleted: Collection[str]


@dataclass(frozen=True)
class ClusterChanges:
    """What a run changes.

    ``memberships`` has, by id, every article of the base whose cluster changed, and every article of the run that has a
    copy; any other article of the run is a cluster of its own.
    """

    memberships: Mapping[str, Membership]
    _documents: Callable[[], Iterator[tuple[str, str]]]

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yields the documents to write into the index of sketches: the id of each, and the document as JSON.

        They mark sketches of deleted and changed articles as removed, and note the copies that were found. It does no
        harm to write them twice.
        """
        return self._documents()


def changed_clusters(
    cluster: ClusterClient,
    indexes: CopyIndexes,
    base: Visibility | None,
    run: RunOfCopies,
    analyser: Analyser,
    read: ReadArticles,
    judging: Judging | None = None,
) -> ClusterChanges:
    """Returns what ``run`` changes in the clusters of ``base``; None as the base of a build from nothing.

    ``read`` is asked for the texts to compare. By default they are compared in this process; see `Judging`.
    Both indexes must have been refreshed since the base was published, and where a run is continued, since it was
    interrupted; what the run has written since need not be visible. Raises DamagedIndexError.
    """
    return _Search(OlderArticles(cluster, indexes, base), run, analyser, read, judging).changes()


class _Search:
    """Compares ``fresh`` articles with all others in ``table``: those of the run, and similar ones of the base.

    ``gone`` are the sketches of deleted and replaced articles. Articles of the run in ``kept`` replace one with the
    same text.
    """

    def __init__(
        self,
        older: OlderArticles,
        run: RunOfCopies,
        analyser: Analyser,
        read: ReadArticles,
        judging: Judging | None,
    ) -> None:
        self._older, self._run, self._analyser, self._read = older, run, analyser, read
        self._judging = judging or (lambda parts: (part.judged(analyser, read) for part in parts))
        self._deleted = {number_of(article_id) for article_id in run.deleted}
        self._gone = SketchTable.of(older.around(self._deleted))
        mine, kept = _carried_over(run.own.table(run.number), self._gone)
        self._kept = set(mine.ids[kept].tolist())
        new = mine.chosen(~kept)
        similar = older.similar(new)
        others = [one not in self._deleted for one in similar.ids.tolist()]
        self._table = SketchTable.together(mine, similar.chosen(np.array(others, bool)))
        self._fresh = np.zeros(len(self._table), bool)
        self._fresh[self._table.places(new.ids)] = True

    def changes(self) -> ClusterChanges:
        """Returns what changes. Raises DamagedIndexError."""
        found = self._found()
        newly = found.recurring & ~self._table.rows["recurring"]
        touched = newly.copy()
        touched[found.pairs.first] = touched[found.pairs.second] = True
        connected = self._connected(touched)
        met = SketchTable.of(connected.sketches())
        places = self._table.places(met.ids)
        touched[places[places >= 0]] = True
        members = SketchTable.together(self._table.chosen(touched), met.chosen(places < 0))
        members.rows["recurring"][members.places(self._table.ids[newly])] = True
        first, second = (members.places(self._table.ids[rows]) for rows in found.pairs[:2])
        among = found.pairs._replace(first=first, second=second)
        pairs = CopyPairs.together([among, connected.pairs(members)]).ordered()
        joined = self._joined(members, pairs)
        return ClusterChanges(self._changed(members, joined), partial(self._documents, found.pairs, newly))

    def _found(self) -> FoundCopies:
        """Returns the copies of fresh articles."""
        articles = self._table.sketched()
        likely = near_each_other(len(self._table), likely_pairs(articles, self._fresh))
        judged = self._judging(parts_of(self._table, likely))
        return judged_pairs(articles, likely, list(chain.from_iterable(judged)))

    def _connected(self, touched: NDArray[np.bool_]) -> ConnectedArticles:
        """Returns the articles without a new text that are connected with those in ``touched`` or with lost ones."""
        start = set(self._table.ids[touched & ~self._fresh].tolist())
        lost = set(self._gone.ids.tolist()) - self._kept
        noted = {number_of(copy.id) for number in lost for copy in self._gone.copies.get(number, ())}
        bereft = self._older.around(noted - self._deleted, lost)
        start |= ({number_of(one.id) for one in bereft} | noted) - (self._deleted - self._kept)
        fresh = set(self._table.ids[self._fresh].tolist()) if start else set()
        connected = ConnectedArticles(self._older, self._table, fresh, self._deleted)
        connected.learn(bereft)
        connected.walk(start)
        return connected

    def _joined(self, members: SketchTable, pairs: CopyPairs) -> dict[int, Membership]:
        """Returns the clusters of ``members``, joined anew."""
        articles = members.sketched()
        texts = ComparedArticles(members.ids, one_by_one(pairs), self._read)
        judge = TextJudge(articles, texts, self._analyser)
        everything = np.ones(len(members), bool)
        heads = joining.heads(np.arange(len(members)), pairs, members.rows["recurring"], everything, judge)
        copied = np.bincount(heads, minlength=len(members))[heads] > 1
        clusters = map(id_of, members.ids[heads].tolist())
        return dict(zip(members.ids.tolist(), map(Membership, clusters, copied.tolist()), strict=True))

    def _changed(self, members: SketchTable, joined: Mapping[int, Membership]) -> dict[str, Membership]:
        """Returns those of ``joined`` that the index must learn, and the clusters of kept articles."""
        of_base = members.ids[~np.isin(members.ids, self._table.ids[self._fresh])].tolist()
        before = self._older.memberships(sorted(self._kept.union(of_base)))
        changed = {}
        for number, membership in {**before, **joined}.items():
            new = number in self._kept or number not in before
            if membership.copied if new else membership != before[number]:
                changed[id_of(number)] = membership
        return changed

    def _documents(self, found: CopyPairs, newly: NDArray[np.bool_]) -> Iterator[tuple[str, str]]:
        number, part = self._run.number, self._run.part
        marked = {sketch.id: sketch for sketch in self._older.removed_by(number)} if self._run.own.continued else {}
        noted = noted_sketches(number, part, self._table, self._fresh, found, newly)
        for sketch in chain((one.without(number) for one in self._gone), noted):
            if number in sketch.removed:
                marked.pop(sketch.id, None)
            yield sketch.document()
        # What is left was marked by this run before it was interrupted, for a reason that is gone.
        for sketch in marked.values():
            yield replace(sketch, removed=tuple(one for one in sketch.removed if one != number)).document()


def _carried_over(mine: SketchTable, gone: SketchTable) -> tuple[SketchTable, NDArray[np.bool_]]:
    """Returns ``mine`` with what is known of the same texts in ``gone``, and which those are."""
    places = gone.places(mine.ids)
    kept = places >= 0
    kept[kept] = gone.rows["digest"][places[kept]] == mine.rows["digest"][kept]
    mine.rows["recurring"][kept] = gone.rows["recurring"][places[kept]]
    ids = set(mine.ids[kept].tolist())
    copies = {number: found for number, found in gone.copies.items() if number in ids}
    return SketchTable(mine.rows, copies), kept
