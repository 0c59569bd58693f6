"""How results spread over time: as counted by hand, in every unit, beside all that the filters let through."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from indexer.engine.base import Unit
from indexer.search.archive import Archive
from indexer.search.request import SearchRequest
from indexer.search.results import Timeline
from indexer.search.timeline import fitting
from tests.servers import build_index
from tests.web_fixtures import BARE, IRAQ, MANY, SHIPPING

ARTICLES = (IRAQ, SHIPPING, BARE, *MANY)
LENGTH: dict[Unit, int] = {"day": 10, "month": 7, "year": 4}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(build_index(tmp_path_factory.mktemp("timeline"), ARTICLES))


def rows(timeline: Timeline) -> list[tuple[str, int, int]]:
    return [(one.period, one.count, one.all) for one in timeline.spread.periods]


@pytest.mark.parametrize("unit", LENGTH)
@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (SearchRequest(q="مفاوضات"), "مفاوضات"),
        (SearchRequest(q="العراق"), "العراق"),
        (SearchRequest(), ""),
        (SearchRequest(q="العراق", sources=("شينخوا", "نشرة النيل")), "العراق"),
        (SearchRequest(q="مفاوضات", date_from=date(2016, 3, 1), date_to=date(2019, 2, 1)), "مفاوضات"),
        (SearchRequest(q="العراق", collapse=False), "العراق"),
    ],
)
def test_periods_are_counted_as_by_hand(archive: Archive, unit: Unit, request_: SearchRequest, word: str) -> None:
    first, last = request_.date_from or date.min, request_.date_to or date.max
    let_through = [
        one
        for one in ARTICLES
        if not request_.sources or one.source in request_.sources
        if not request_.date_from or (one.published and first <= one.published.start().date() <= last)
    ]
    found = [one for one in let_through if word in one.title + one.body]

    def counted(articles: list[object]) -> Counter[str]:
        return Counter(f"{one.published.start():%Y-%m-%d}"[: LENGTH[unit]] for one in articles if one.published)  # type: ignore[attr-defined]  # they are articles

    everything, own = counted(list(let_through)), counted(list(found))
    timeline = archive.timeline(request_, unit)
    assert rows(timeline) == [(period, own[period], everything[period]) for period in sorted(everything)]
    assert timeline.spread.undated == sum(not one.published for one in found)
    assert timeline.spread.unit == unit


def test_a_search_tells_the_same_as_the_timeline_alone(archive: Archive) -> None:
    request = SearchRequest(q="مفاوضات", per_page=2, offset=2)
    spread = archive.search(request, spread=True).spread
    assert spread == archive.timeline(request).spread
    assert archive.search(request).spread is None
    corrected = SearchRequest(q="مفاوظات")
    assert sum(one.count for one in archive.timeline(corrected).spread.periods) == archive.search(corrected).total > 0


def test_what_finds_nothing_has_no_articles_in_any_period(archive: Archive) -> None:
    assert not any(count for _, count, _ in rows(archive.timeline(SearchRequest(q="زرافة"))))
    assert rows(archive.timeline(SearchRequest(q="!!!"))) == []


@pytest.mark.parametrize(
    ("months", "unit"),
    [
        ([], "month"),
        (["2023-05"], "day"),
        (["2023-12", "2024-01"], "day"),
        (["2023-12", "2024-02"], "month"),
        (["2010-01", "2019-12"], "month"),
        (["2010-01", "2020-01"], "year"),
        (["0001-01", "9999-12"], "year"),
    ],
)
def test_the_unit_fits_the_time_that_is_covered(months: list[str], unit: str) -> None:
    assert fitting([(month, 1) for month in months]) == unit
