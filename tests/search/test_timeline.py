# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how results spread over time: counts by hand, every length of period, and totals of all that pass the
filters."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.columns import ChosenNames
from indexer.engine.questions import Unit
from indexer.search.answers.results import Timeline
from indexer.search.answers.timeline import fitting
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import Build
from tests.servers import build_index
from tests.web_fixtures import BARE, IRAQ, MANY, SHIPPING
from web.app import create_app

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
        (SearchRequest(q="العراق", chosen=ChosenNames.of(source=("شينخوا", "نشرة النيل"))), "العراق"),
        (SearchRequest(q="مفاوضات", date_from=date(2016, 3, 1), date_to=date(2019, 2, 1)), "مفاوضات"),
        (SearchRequest(q="العراق", collapse=False), "العراق"),
    ],
)
def test_periods_have_the_counts_made_by_hand(archive: Archive, unit: Unit, request_: SearchRequest, word: str) -> None:
    first, last = request_.date_from or date.min, request_.date_to or date.max
    let_through = [
        one
        for one in ARTICLES
        if not request_.chosen or one.source in request_.chosen["source"]
        if not request_.date_from or (one.published and first <= one.published.start().date() <= last)
    ]
    found = [one for one in let_through if word in one.title + one.body]

    def counted(articles: list[Article]) -> Counter[str]:
        stated = [one.published.value for one in articles if one.published]
        return Counter(value[: LENGTH[unit]] for value in stated if len(value) >= LENGTH[unit])

    everything, own = counted(let_through), counted(found)
    timeline = archive.timeline(request_, unit)
    assert rows(timeline) == [(period, own[period], everything[period]) for period in sorted(everything)]
    assert timeline.spread.undated == sum(not one.published for one in found)
    assert timeline.spread.vague == sum(len(one.published.value) < LENGTH[unit] for one in found if one.published)
    assert timeline.spread.unit == unit


def test_a_month_as_date_is_not_counted_on_its_first_day(build: Build, tmp_path: Path) -> None:
    stated = ["2023-05", "2023-05", "2023-05-01", "2023-05-02", "2023-05-03T10:00:00", "2023-05-01T00:00:00", "2023"]
    lines = (json.dumps({"text": f"خبر عن النهر {at}", "published": day}) for at, day in enumerate(stated))
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "index", tmp_path / "a.jsonl")
    archive = Archive(tmp_path / "index")
    timeline = archive.timeline(SearchRequest(q="النهر"))
    assert timeline.spread.unit == "day"
    assert rows(timeline) == [("2023-05-01", 2, 2), ("2023-05-02", 1, 1), ("2023-05-03", 1, 1)]
    assert timeline.spread.vague == 3
    by_month = archive.timeline(SearchRequest(q="النهر"), "month").spread
    assert ([(one.period, one.count) for one in by_month.periods], by_month.vague) == ([("2023-05", 6)], 1)
    html = create_app(tmp_path / "index").test_client().get("/?q=النهر").get_data(as_text=True)
    assert "3 مقالات ليست في الرسم لأنّ تواريخها بلا أيّام." in html


@pytest.mark.parametrize(
    ("stated", "unit"), [(["2023-05", "2023-05", "2023-05-01"], "month"), (["2023", "2023", "2023-05-01"], "year")]
)
def test_periods_are_no_shorter_than_most_dates_allow(
    build: Build, tmp_path: Path, stated: list[str], unit: Unit
) -> None:
    lines = (json.dumps({"text": f"خبر عن النهر {at}", "published": day}) for at, day in enumerate(stated))
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "index", tmp_path / "a.jsonl")
    assert Archive(tmp_path / "index").timeline(SearchRequest()).spread.unit == unit


def test_a_search_counts_the_same_as_the_timeline_alone(archive: Archive) -> None:
    request = SearchRequest(q="مفاوضات", per_page=2, offset=2)
    spread = archive.search(request, spread=True).spread
    assert spread == archive.timeline(request).spread
    assert archive.search(request).spread is None
    corrected = SearchRequest(q="مفاوظات")
    assert sum(one.count for one in archive.timeline(corrected).spread.periods) == archive.search(corrected).total > 0


def test_a_query_without_results_has_no_articles_in_any_period(archive: Archive) -> None:
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
def test_the_length_of_periods_fits_the_time_span(months: list[str], unit: str) -> None:
    assert fitting([(month, 1) for month in months]) == unit
