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
from indexer.engine.periods import Unit, limits
from indexer.engine.questions import FetchedUndated
from indexer.search.answers.results import Timeline
from indexer.search.answers.spread import (
    AUTOMATIC,
    Outside,
    TimelineOptions,
)
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
    timeline = archive.timeline(request_, TimelineOptions(unit))
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
    by_month = archive.timeline(SearchRequest(q="النهر"), TimelineOptions("month")).spread
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
    spread = archive.search(request, spread=AUTOMATIC).spread
    assert spread == archive.timeline(request).spread
    assert archive.search(request).spread is None
    corrected = SearchRequest(q="مفاوظات")
    assert sum(one.count for one in archive.timeline(corrected).spread.periods) == archive.search(corrected).total > 0


def test_a_query_without_results_has_no_articles_in_any_period(archive: Archive) -> None:
    assert not any(count for _, count, _ in rows(archive.timeline(SearchRequest(q="زرافة"))))
    assert rows(archive.timeline(SearchRequest(q="!!!"))) == []


def index_of(days: list[str], folder: Path, build: Build) -> Archive:
    lines = (json.dumps({"text": f"خبر عن النهر {at}", "published": day}) for at, day in enumerate(days))
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(folder / "index", folder / "a.jsonl")
    return Archive(folder / "index")


def test_a_wrong_date_far_from_all_others_does_not_compress_the_timeline(build: Build, tmp_path: Path) -> None:
    days = [f"2017-{month:02}-{day:02}" for month in (6, 7, 8, 9, 10) for day in range(1, 20, 3)]
    archive = index_of(["1990-01-01", "2024-05-05", *days, *days, *days], tmp_path, build)
    spread = archive.timeline(SearchRequest(q="النهر")).spread
    assert spread.unit == "week"
    assert (spread.before, spread.after) == (Outside(1, date(2017, 5, 28)), Outside(1, date(2017, 10, 23)))
    assert sum(one.count for one in spread.periods) == 3 * len(days)
    # All of it is there for who chooses the unit, and the part that is narrowed to is shown whole.
    chosen = archive.timeline(SearchRequest(q="النهر"), TimelineOptions("year")).spread
    assert [one.period for one in chosen.periods] == ["1990", "2017", "2024"]
    narrowed = SearchRequest(q="النهر", date_from=date(1980, 1, 1), date_to=date(2020, 12, 31))
    assert archive.timeline(narrowed).spread.periods[0].period.startswith("1990")
    few = archive.timeline(SearchRequest(q="النهر"), TimelineOptions("day", most=30)).spread
    assert few.before
    assert few.after
    assert few.before.count + few.after.count + sum(one.count for one in few.periods) == 3 * len(days) + 2


def test_each_step_into_a_period_has_shorter_periods(build: Build, tmp_path: Path) -> None:
    hours = [f"2019-{month:02}-{day:02}T{9 + day % 9:02}:30:00" for month in range(1, 13) for day in range(1, 28, 3)]
    archive = index_of([*hours, *(hour.replace("2019", "2016") for hour in hours)], tmp_path, build)
    units = []
    request = SearchRequest(q="النهر")
    for _ in range(4):
        spread = archive.timeline(request).spread
        units.append(spread.unit)
        fullest = max(spread.periods, key=lambda one: one.count)
        first, last = limits(fullest.period)
        request = SearchRequest(q="النهر", date_from=first, date_to=last)
        # The search has as many results as the bar said.
        assert archive.search(request).total == fullest.count
    assert units == ["month", "day", "hour", "hour"]


def test_names_are_counted_in_the_periods_that_are_shown(archive: Archive) -> None:
    spread = archive.timeline(SearchRequest(q="العراق"), TimelineOptions("year", column="source", names=1)).spread
    assert spread.names
    (most,) = spread.names.names
    for at, one in enumerate(spread.periods):
        of_name = SearchRequest(q="العراق", chosen=ChosenNames.of(source=(most.name,)))
        known = {row.period: row.count for row in archive.timeline(of_name, TimelineOptions("year")).spread.periods}
        assert most.counts[at] == known.get(one.period, 0)
        assert most.counts[at] + spread.names.others.counts[at] <= one.count


def test_undated_articles_are_told_by_when_they_were_fetched(build: Build, tmp_path: Path) -> None:
    fetched = ["2023-11-15T10:00:00Z", "2023-11-17T10:00:00Z", None]
    lines = [
        json.dumps({"text": f"خبر عن النهر {at}", **({"fetched_at": moment} if moment else {})})
        for at, moment in enumerate(fetched)
    ]
    lines += [json.dumps({"text": f"نبأ {at} عن النهر", "published": f"2023-05-{at:02}"}) for at in (1, 2)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "index", tmp_path / "a.jsonl")
    spread = Archive(tmp_path / "index").timeline(SearchRequest(q="النهر", collapse=False)).spread
    assert (spread.undated, spread.total) == (3, 5)
    assert spread.fetched == FetchedUndated(2, 1_700_042_400, 1_700_215_200)
    with create_app(tmp_path / "index").test_client() as client:
        html = client.get("/?q=النهر&collapse=0&lang=en").get_data(as_text=True)
    assert "3 articles have no date. Fetched from 15 November 2023 to 17 November 2023: 2 articles." in html
