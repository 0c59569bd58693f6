# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the product on any engine: the same answers from each, and a warning about what an engine cannot do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from indexer.arabic.analyser import Analyser
from indexer.engine.base import Searcher
from indexer.engine.memory.searcher import MemorySearcher
from indexer.engine.memory.store import MemoryStore
from indexer.engine.queries import (
    Ranked,
    TermQuery,
    Words,
)
from indexer.engine.questions import (
    Capabilities,
)
from indexer.engine.store import GenerationInfo, Identity, OpenGeneration
from indexer.errors import NoIndexError
from indexer.search.answers.spread import AUTOMATIC
from indexer.search.archive import Archive
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import of_body, terms_of
from indexer.search.snippets.marks import snippets
from tests.asking import page
from tests.contract import ARTICLES, AT, word

# --- explanations and positions


def test_an_explanation_adds_up_to_the_score(any_searcher: Searcher, analyser: Analyser) -> None:
    ranked = Ranked(Words((word(analyser, "رئيس"), word(analyser, "الحكومة"))), recency=0.5)
    found = page(any_searcher, ranked, explain=True)
    for hit in found.hits:
        if not any_searcher.capabilities.explanations:
            assert hit.explanation is None
            continue
        assert hit.explanation is not None
        assert hit.explanation.score == pytest.approx(hit.score)
        assert hit.explanation.full
        assert hit.explanation.complete
        fields = {name for part in hit.explanation.parts for name in part.fields}
        assert fields == {"title", "lead"}
    assert all(hit.explanation is None for hit in page(any_searcher, ranked).hits)


@pytest.mark.parametrize("query", ["المدينة", "رئيس الحكومة", '"رئيس الحكومة"', "جسر النهر", "غيتس", ""])
def test_snippets_are_the_same_with_and_without_positions(searchers: dict[str, Searcher], query: str) -> None:
    answers = []
    for one in searchers.values():
        asked = plan(SearchRequest(q=query), one.analyser)
        found = page(one, asked.ranked, order="newest", terms=terms_of(asked.marked))
        answers.append(
            [
                snippets(hit.article.body, of_body(asked.marked, one.analyser, hit.article.body, hit.places), 2, 60)
                for hit in found.hits
            ]
        )
    assert all(answer == answers[0] for answer in answers)


def test_positions_exist_if_the_engine_says_so(any_searcher: Searcher) -> None:
    terms = (("folded", "رئيس"), ("folded", "الحكومه"))
    for hit in page(any_searcher, TermQuery("folded", "رئيس"), terms=terms).hits:
        assert (hit.places is not None) == any_searcher.capabilities.positions
        if hit.places is not None:
            assert sorted(hit.places) == [(1, 0), (2, 1)]


# --- the product on any engine


@dataclass
class OneGeneration:
    """An index with a single generation, which ``searcher`` answers from."""

    searcher: Searcher
    identity_: int = 1

    @property
    def info(self) -> GenerationInfo:
        return GenerationInfo("gen-000001", "2026-01-01T00:00:00Z", self.searcher.count(), {}, 1, "", "", "", 0, 0)

    def identity(self) -> Identity:
        return self.identity_

    def open(self) -> OpenGeneration:
        return Opened(self.identity_, self.info, self.searcher)


@dataclass
class Opened:
    identity: Identity
    info: GenerationInfo
    searcher: Searcher

    def close(self) -> None:
        self.searcher.close()


@pytest.mark.parametrize(
    "query",
    ["رئيس", "رئيس الحكومة", "الحكوة", "فيضان دجلة التمور", "غيتس", '"رئيس الحكومة"~2', "source:ساحل", "المد*", ""],
)
def test_the_archive_answers_the_same_from_any_engine(searchers: dict[str, Searcher], query: str) -> None:
    answers = []
    for one in searchers.values():
        archive = Archive(OneGeneration(one))
        found = archive.search(SearchRequest(q=query, sort="newest", per_page=50), spread=AUTOMATIC, copies=2)
        answers.append(
            (
                [(hit.article.id, hit.title, hit.snippets, hit.cluster, hit.copies) for hit in found.hits],
                (found.total, found.partial, found.listed, found.corrections, found.dropped, found.meant),
                {name: tuple(values) for name, values in found.facets.items()},
                (found.timeline, found.spread, found.expansions, found.forms),
                [(one.text, one.kind, one.count) for one in archive.suggest(SearchRequest(q=query)).suggestions],
                [article.id for article, _ in archive.export(SearchRequest(q=query)).articles],
                archive.names("category", SearchRequest(q=query)).counts,
            )
        )
        assert found.index.articles == len(ARTICLES)
    assert all(answer == answers[0] for answer in answers)


class Limited(MemorySearcher):
    """An engine that lacks almost every optional feature."""

    capabilities = Capabilities(exact_totals=False, phrases=False, near=False, positions=False, explanations=False)


def test_missing_features_of_an_engine_are_reported(analyser: Analyser) -> None:
    limited = Archive(OneGeneration(Limited(ARTICLES, analyser)))
    able = Archive(OneGeneration(MemorySearcher(ARTICLES, analyser)))
    for query, codes in (
        ("رئيس", ["estimated_totals"]),
        ('"رئيس الحكومة" -"بيت قديم"~3', ["not_exact", "not_exact", "estimated_totals"]),
    ):
        assert [warning.code for warning in limited.search(SearchRequest(q=query)).warnings] == codes
        assert able.search(SearchRequest(q=query)).warnings == ()
    assert len(limited.stats().limits) == 4
    assert able.stats().limits == ()


def test_a_new_publication_of_an_index_in_memory_is_used(analyser: Analyser) -> None:
    store = MemoryStore(analyser)
    archive = Archive(store)
    with pytest.raises(NoIndexError):
        archive.search(SearchRequest())
    for number, articles in enumerate((ARTICLES[:3], ARTICLES), 1):
        with store.locked():
            session = store.begin("test", rebuild=True)
            session.own_catalog().touch()
            session.apply([], articles)
            session.finish()
            session.publish("", {}, AT)
            session.close()
        assert archive.search(SearchRequest(collapse=False)).total == len(articles)
        assert archive.info().generation == f"gen-{number:06d}"
