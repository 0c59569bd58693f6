# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests when pages were fetched and articles first indexed: read from files, stored in columns, used in filters and
orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer import moments
from indexer.article import Article, Published, article_id
from indexer.assemble import Rules, assemble
from indexer.cleaning import parse_fetched
from indexer.columns import Order
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import ANY_MOMENT, Filters, MomentRange
from indexer.engine.questions import ArticleQuery, PeriodRequest
from indexer.errors import RequestError
from indexer.search.query.parameters import FETCHED_FROM, INDEXED_TO
from indexer.search.query.request import SearchRequest
from indexer.sources import Record
from indexer.sources.article_keys import ArticleKeys
from indexer.sources.records.fields import USUAL_NAMES
from indexer.sources.records.from_object import SourceObject, record_of
from tests.asking import page

AT = moments.read("2023-03-14T10:25:00Z")
ANY = st.integers(moments.FIRST, moments.LAST)


@given(ANY)
@example(moments.FIRST)
@example(moments.LAST)
def test_a_written_moment_is_read_unchanged(moment: int) -> None:
    text = moments.written(moment)
    assert len(text) == len("2023-03-14T10:25:00Z")
    assert moments.read(text) == moment == moments.moment_of(moments.time_of(moment))


@pytest.mark.parametrize(
    "text",
    [
        "2023-03-14T10:25:00Z",
        "2023-03-14T10:25:00.999999Z",
        "2023-03-14T13:25:00+03:00",
        "2023-03-14 10:25:00",
        "2023-03-14T10:25:00 UTC",
        "20230314102500",
        "1678789500",
        "1678789500.75",
        "1678789500123",
        "Tue, 14 Mar 2023 10:25:00 GMT",
        "Tue Mar 14 10:25:00 2023",
        "Tue Mar 14 2023 13:25:00 GMT+0300 (Arabian Standard Time)",
        "14 آذار 2023 10:25",
        "  2023-03-14T10:25:00Z\n",
    ],
)
def test_the_time_of_fetching_is_read_as_crawlers_write_it(text: str) -> None:
    assert parse_fetched(text) == AT


def test_a_day_without_a_time_is_its_beginning() -> None:
    assert parse_fetched("2023-03-14") == parse_fetched("20230314") == moments.read("2023-03-14T00:00:00Z")


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "2023", "2023-03", "1970-01-01T00:00:00Z", "20231314102500", "9999999999", "1e999", "nan", "inf",
     "N/A", "منذ 3 ساعات", "²²²²²²²²²²", "٢٢٢٢٢٢٢٢٢٢", "2023-03-14T25:00:00Z", "true", "1" * 5_000],
)  # fmt: skip
def test_a_text_that_is_no_moment_is_refused(text: str) -> None:
    assert parse_fetched(text) is None


@given(st.text(max_size=40) | st.text("0123456789-:TZ+. ", max_size=30))
def test_any_text_becomes_a_valid_moment_or_none(text: str) -> None:
    moment = parse_fetched(text)
    assert moment is None or moments.written(moment) >= "1990"


@given(st.datetimes(datetime(1990, 1, 2), datetime(2024, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_time_zone_offsets_are_applied(when: datetime, minutes: int) -> None:
    local = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_fetched(local.isoformat()) == moments.moment_of(local)


@pytest.mark.parametrize("value", ["2023-03-14T10:25:00Z", 1_678_789_500, 1_678_789_500.5, "1678789500"])
@pytest.mark.parametrize("name", ["fetched", "fetched_at", "crawled_at", "scraped_at"])
def test_the_field_of_the_time_of_fetching_is_a_text_or_a_number(name: str, value: object) -> None:
    record = record_of(
        SourceObject({"title": "عنوان", "body": "نصّ", name: value}), USUAL_NAMES, ArticleKeys(), "line-1"
    )
    assert isinstance(record, Record)
    made = assemble(record, "news/a.jsonl", "/news/a.jsonl", Rules(), 0)
    assert made is not None
    assert (made.fetched_at, made.published) == (AT, None)


def test_relative_dates_count_from_a_number_too() -> None:
    record = Record(key="", text="نصّ", flattened=False, title="عنوان", published="منذ 3 أيام", fetched="1678789500")
    made = assemble(record, "news/a", "/news/a", Rules(), 0)
    assert made is not None
    assert made.published == Published("2023-03-11")


@pytest.mark.parametrize(("file_dates", "fetched_at"), [(False, None), (True, AT)])
def test_the_time_of_a_file_is_that_of_fetching_only_by_a_setting(*, file_dates: bool, fetched_at: int | None) -> None:
    record = Record(key="", text="نصّ", flattened=False, title="عنوان")
    made = assemble(record, "news/a", "/news/a", Rules(file_dates=file_dates), AT * 10**9 + 500)
    assert made is not None
    assert made.fetched_at == fetched_at


def test_a_stated_time_outranks_the_time_of_the_file() -> None:
    record = Record(key="", text="نصّ", flattened=False, title="عنوان", fetched="2020-01-01T00:00:00Z")
    made = assemble(record, "news/a", "/news/a", Rules(file_dates=True), AT * 10**9)
    assert made is not None
    assert made.fetched_at == moments.read("2020-01-01T00:00:00Z")


# In the engine: (fetched_at, indexed_at, published) of each article.
Row = tuple[int | None, int | None, str | None]
DATES = st.sampled_from([None, "2019", "2023-03-14", "2023-03-14T10:25:00"])
ROWS = st.lists(st.tuples(st.none() | ANY, st.none() | st.integers(AT, AT + 2), DATES), max_size=12)


def built(engine: WhooshEngine, folder: Path, rows: Sequence[Row], parts: int = 1) -> WhooshSearcher:
    """Returns a searcher over one article for each row, in this many segments."""
    articles = [
        Article(
            id=article_id(str(number)),
            title=str(number),
            body=f"نصّ {number}",
            path="/",
            fetched_at=fetched,
            indexed_at=indexed,
            published=Published(date) if date else None,
        )
        for number, (fetched, indexed, date) in enumerate(rows)
    ]
    writer = engine.writer(folder, fresh=True)
    for part in range(parts):
        writer.apply([], articles[part::parts])
    writer.finish()
    return engine.open(folder)


def in_order(searcher: WhooshSearcher, order: Order, filters: Filters | None = None) -> list[int]:
    found = page(searcher, None, filters or Filters(), order)
    assert found.total == len(found.hits)
    return [int(hit.article.title) for hit in found.hits]


def expected(rows: Sequence[Row], column: int) -> list[int]:
    """Returns the rows in the expected order: the latest first, none last; equal ones newest first, then by id."""

    def key(number: int) -> tuple[float, float, str]:
        moment, date = rows[number][column], rows[number][2]
        assert not isinstance(moment, str)
        newest = (Published(date).start() - datetime(1970, 1, 1)).total_seconds() if date else float("-inf")
        return (float("inf") if moment is None else -moment, -newest, article_id(str(number)))

    return sorted(range(len(rows)), key=key)


@given(rows=ROWS, parts=st.integers(1, 3))
def test_the_orders_by_a_moment(
    engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory, rows: list[Row], parts: int
) -> None:
    searcher = built(engine, tmp_path_factory.mktemp("index"), rows, parts)
    assert in_order(searcher, "fetched") == expected(rows, 0)
    assert in_order(searcher, "added") == expected(rows, 1)
    for number, (fetched, indexed, _) in enumerate(rows):
        article = searcher.articles([article_id(str(number))])[article_id(str(number))]
        assert (article.fetched_at, article.indexed_at) == (fetched, indexed)


ROW: Row = (AT, AT + 1, None)


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (ANY_MOMENT, {0, 1, 2}),
        (MomentRange(AT, None), {0, 1}),
        (MomentRange(AT + 1, None), {1}),
        (MomentRange(None, AT), {0}),
        (MomentRange(AT, AT), {0}),
        (MomentRange(AT + 2, None), set()),
        (MomentRange(moments.FIRST, moments.LAST), {0, 1}),
    ],
)
def test_filters_include_both_ends_and_leave_out_articles_without_a_moment(
    engine: WhooshEngine, tmp_path: Path, limits: MomentRange, found: set[int]
) -> None:
    rows: list[Row] = [(AT, AT, None), (AT + 1, AT + 1, None), (None, None, None)]
    searcher = built(engine, tmp_path, rows)
    for filters in (Filters(fetched=limits), Filters(indexed=limits), Filters(within=Filters(indexed=limits))):
        assert set(in_order(searcher, "newest", filters)) == found
        query = ArticleQuery(None, filters)
        assert searcher.export(query).total == len(found)
        assert searcher.matches([query]) == [len(found)]
        assert searcher.periods([PeriodRequest(query, "day")])[0].undated == len(found)


def asked(**params: str) -> SearchRequest:
    return SearchRequest.from_params({name: [value] for name, value in params.items()})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01T00:00:00Z", "2023-12-31T23:59:59Z"),
        ("2024-02", "2024-02-01T00:00:00Z", "2024-02-29T23:59:59Z"),
        ("2023-03-14", "2023-03-14T00:00:00Z", "2023-03-14T23:59:59Z"),
        ("2023-03-14T10:25", "2023-03-14T10:25:00Z", "2023-03-14T10:25:59Z"),
        ("2023-03-14T10:25Z", "2023-03-14T10:25:00Z", "2023-03-14T10:25:59Z"),
        ("2023-03-14T10:25:07Z", "2023-03-14T10:25:07Z", "2023-03-14T10:25:07Z"),
        ("2023-03-14T10:25:07.5Z", "2023-03-14T10:25:07Z", "2023-03-14T10:25:07Z"),
        ("2023-03-14 10:25:07", "2023-03-14T10:25:07Z", "2023-03-14T10:25:07Z"),
        ("2023-03-14T10:25:07 03:00", "2023-03-14T07:25:07Z", "2023-03-14T07:25:07Z"),
        ("2023-03-14T10:25:07-0330", "2023-03-14T13:55:07Z", "2023-03-14T13:55:07Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", "2016-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_moment_in_an_address(text: str, first: str, last: str) -> None:
    request = asked(fetched_from=text, indexed_to=text)
    assert request.fetched == MomentRange(moments.read(first), None)
    assert request.indexed == MomentRange(None, moments.read(last))
    assert dict(request.to_params()) == {"fetched_from": first, "indexed_to": last}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2023", "2023-01-01T00:00:00Z"),
        ("2023-03-14", "2023-03-14T00:00:00Z"),
        ("2023-03-14T10:25Z", "2023-03-14T10:25:00Z"),
        ("2023-03-14T10:25:07Z", "2023-03-14T10:25:08Z"),
        ("2023-03-14T10:25:07.9Z", "2023-03-14T10:25:08Z"),
        ("2023-03-14T10:25:59 03:00", "2023-03-14T07:26:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_what_was_added_since_a_moment_leaves_the_moment_out(text: str, first: str) -> None:
    request = asked(added_since=text)
    assert request.indexed == MomentRange(moments.read(first), None)
    assert asked(**dict(request.to_params())) == request


def test_what_was_added_since_a_moment_contradicts_an_earlier_end() -> None:
    with pytest.raises(RequestError, match="added_since lies after indexed_to"):
        asked(added_since="2023-03-15", indexed_to="2023-03-14")


@pytest.mark.parametrize(
    "text",
    ["x", "0000", "2023-13", "2023-02-30", "2023-03-14T24:00", "2023-03-14T10", "10:25", "2023-03-14T10:25:00+99:00",
     "1678789500", "20230314", "2023-3-14", "٢٠٢٣-٣", "2023-03-14T10:25:61Z"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["fetched_from", "fetched_to", "indexed_from", "indexed_to", "added_since"])
def test_an_invalid_moment_in_an_address_is_refused(name: str, text: str) -> None:
    with pytest.raises(RequestError, match=f"{name} must be a moment") as refused:
        asked(**{name: text})
    assert (refused.value.code, refused.value.param) == ("invalid_parameter", name)


@pytest.mark.parametrize("name", ["fetched", "indexed"])
def test_a_period_that_ends_before_it_begins_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match=f"{name}_from lies after {name}_to") as refused:
        asked(**{f"{name}_from": "2023-03-15", f"{name}_to": "2023-03-14"})
    assert refused.value.code == "contradictory_parameters"
    asked(**{f"{name}_from": "2023-03-14", f"{name}_to": "2023-03-14"})


@given(st.text("0123456789-:TZ+. ", max_size=26))
def test_any_moment_in_an_address_is_read_or_refused(text: str) -> None:
    for parameter in (FETCHED_FROM, INDEXED_TO):
        try:
            moment = parameter.read({parameter.name: [text]})
        except RequestError:
            continue
        assert moment is None or parameter.read({parameter.name: [moments.written(moment)]}) == moment


def test_an_article_is_stored_with_its_moments() -> None:
    made = Article(id=article_id("x"), title="x", body="y", path="/", fetched_at=AT, indexed_at=AT + 1)
    assert Article.from_json(made.to_json()) == made
    assert json.loads(made.to_json())["fetched_at"] == AT
