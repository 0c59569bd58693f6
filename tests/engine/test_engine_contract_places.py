# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that lists go on behind a place in every engine and order: no hit is missing, none comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from indexer.arabic.analyser import Analyser
from indexer.article import Article, article_id
from indexer.columns import Order
from indexer.engine.base import Searcher
from indexer.engine.opensearch.reading import page_search, rerank
from indexer.engine.queries import Filters, Ranked, TermQuery, Words
from indexer.engine.questions import ArticleQuery, ListPlace, PageRequest
from indexer.errors import NotFoundError
from tests.contract import AT, ENGINES, FLOOD, made, new_place, rows_of

ORDERS = get_args(Order)
DATES = ("2023-05-14", "2023-05-14T10:00", "2023-05-14T10:00:30", "2023-05", "2022", "", "2024-01-02")


def _articles() -> Iterator[Article]:
    """Some with the same dates and moments, some with copies, some without either."""
    for number in range(36):
        moment = None if number % 5 == 0 else AT + number // 4
        body = f"وصل رئيس الحكومة إلى المدينة رقم {number * 7919}. " + "زار السوق. " * (number % 4)
        if number % 6 == 1:
            body = FLOOD + (" رئيس الحكومة" if number > 20 else "")
        url = f"https://www.example.com/{number}/?utm_source=x" if number % 9 else "http://example.com/shared/?id=1#x"
        title = "رئيس الحكومة" if number % 3 else f"خبر {number}"
        yield made(f"n{number}", title, body, DATES[number % 7], "الرافدين", fetched=moment, indexed=moment, url=url)


ALL = tuple(_articles())
FULL = Words((TermQuery("folded", "رئيس"), TermQuery("folded", "الحكومه")))
RARE = Words((TermQuery("folded", "المدينه"), TermQuery("folded", "فيضان")))
QUERIES = {
    "all": None,
    "full": Ranked(FULL, related=("مدين",)),
    "partial": Ranked(RARE, replace(RARE, least=0.2), 10),
    "few full": Ranked(
        replace(FULL, children=(*FULL.children, TermQuery("folded", "السوق"))), replace(FULL, least=0.2), 50
    ),
}


@pytest.fixture(scope="module", params=rows_of(ENGINES))
def many(request: pytest.FixtureRequest, analyser: Analyser) -> Searcher:
    return ENGINES[request.param](ALL, new_place(request.param, request), analyser)


@pytest.fixture(scope="module", params=rows_of(ENGINES))
def two(request: pytest.FixtureRequest, analyser: Analyser) -> tuple[Searcher, Searcher]:
    """An archive, and one that lacks a third of its articles and has others instead."""
    first, second = (new_place(request.param, request) for _ in range(2))
    open_ = ENGINES[request.param]
    return open_(ALL[:24], first, analyser), open_(ALL[12:][::-1], second, analyser)


def asked(name: str, order: Order, collapse: bool, **more: object) -> PageRequest:
    query = QUERIES[name]
    by = "newest" if query is None and order == "relevance" else order
    filters = Filters(date_from=None)
    return PageRequest(ArticleQuery(query, filters, collapse), by, facets=(), **more)  # type: ignore[arg-type]  # as stated


def walk(searcher: Searcher, request: PageRequest, number: int = 0) -> list[str]:
    """The ids of all pages, each behind the last hit of the one before."""
    ids: list[str] = []
    while True:
        found = searcher.search(request)
        assert found.skipped == number + len(ids)
        ids += [hit.article.id for hit in found.hits]
        assert found.more == (number + len(ids) < found.listed)
        if not found.more:
            return ids
        last = found.hits[-1]
        request = replace(request, offset=0, after=ListPlace.behind(last.article, last.score, number + len(ids)))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("collapse", [False, True])
def test_pages_behind_places_are_the_whole_list(many: Searcher, order: Order, collapse: bool) -> None:
    for name in QUERIES:
        whole = many.search(asked(name, order, collapse, limit=100))
        ids = [hit.article.id for hit in whole.hits]
        assert len(ids) == len(set(ids)) == whole.listed > 5
        assert walk(many, asked(name, order, collapse, limit=5)) == ids
        assert walk(many, asked(name, order, collapse, limit=5, offset=3), 3) == ids[3:]


def test_articles_are_found_by_their_addresses(many: Searcher) -> None:
    of_page, shared = "example.com/7", "example.com/shared?id=1"
    found = many.at_addresses([of_page, "example.com/nothing", shared, ""])
    assert set(found) == {of_page, shared}
    assert [one.id for one in found[of_page]] == [article_id("n7")]
    assert [one.id for one in found[shared]] == sorted(article_id(f"n{number}") for number in range(0, 36, 9))
    assert many.at_addresses([]) == {}


@pytest.mark.parametrize("collapse", [False, True])
def test_exports_follow_the_orders(many: Searcher, collapse: bool) -> None:
    for name in QUERIES:
        for order in ORDERS:
            request = asked(name, order, collapse, limit=100)
            whole = many.search(request)
            ids = [hit.article.id for hit in whole.hits][: whole.counted]
            found = many.export(request.query, order=request.order)
            assert found.total == len(ids)
            pairs = list(found.articles)
            assert [one.id for one, _ in pairs] == ids
            assert [cluster for _, cluster in pairs] == [hit.cluster for hit in whole.hits][: whole.counted]
            rest = many.export(request.query, ids[3], 4, request.order)
            assert (rest.total, [one.id for one, _ in rest.articles]) == (len(ids[4:]), ids[4:8])
            with pytest.raises(NotFoundError):
                many.export(request.query, "0" * 16, None, request.order)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("collapse", [False, True])
def test_a_list_by_time_goes_on_in_another_generation(
    two: tuple[Searcher, Searcher], order: Order, collapse: bool
) -> None:
    before, after = two
    for name in ("all", "full"):
        request = asked(name, order, collapse, limit=7)
        page = before.search(request)
        seen = [hit.article.id for hit in page.hits]
        last = page.hits[-1]
        place = ListPlace.behind(last.article, last.score, len(seen), same=False)
        found = after.search(replace(request, after=place, limit=100))
        ids = [hit.article.id for hit in found.hits]
        whole = [hit.article.id for hit in after.search(replace(request, limit=100)).hits]
        assert ids == whole[found.skipped :]
        if request.order != "relevance" and not collapse:
            assert not set(ids) & set(seen)
            rest = walk(before, replace(request, limit=100))[7:]
            assert set(ids) >= set(rest) & set(whole)


def test_by_relevance_a_list_goes_on_by_score_where_it_is_deep(many: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a cluster goes on in this way; the others count all hits."""
    monkeypatch.setattr(page_search, "NUMBERED", 0)
    monkeypatch.setattr(rerank, "depth", lambda ranked: 0)
    for collapse in (False, True):
        for name in ("full", "partial"):
            whole = many.search(asked(name, "relevance", collapse, limit=100))
            assert walk(many, asked(name, "relevance", collapse, limit=4)) == [hit.article.id for hit in whole.hits]
