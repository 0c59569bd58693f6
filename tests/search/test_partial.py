# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests full matches, which are counted, and partial matches, which hold most of a query's rarity and follow the
full ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import ChosenNames
from indexer.commands.cli import main
from indexer.errors import RequestError
from indexer.search.answers.results import SearchResults
from indexer.search.answers.spread import AUTOMATIC
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.answers import search_answer
from tests.conftest import Build
from tests.web_fixtures import Page, parameters, text
from web.app import create_app

QUERY = "غواصة ميناء رصيف سفينة"
"""The first word is rare, the three others are equally frequent."""
HEADLINE = "افتتح محافظ بلدة مرصدا فلكيا بحضور طلاب وباحثين"
QUOTING = 'افتتح محافظ بلدة "مرصدا فلكيا" بحضور طلاب وباحثين'

FULL, PARTIAL = 3, 8 + 4
TEXTS = (
    [QUERY] * FULL
    + ["غواصة ميناء"] * 8  # two words of four, with more than half of the rarity
    + ["ميناء رصيف سفينة"] * 4  # three words of four
    + ["ميناء رصيف"] * 9  # two words of four, with less than half
    + ["غواصة"] * 10
    + ["ميناء"] * 40
    + ["رصيف"] * 40
    + ["سفينة"] * 40
    + ["زلزال"] * 25
    + [HEADLINE, HEADLINE.removesuffix(" وباحثين"), "افتتح محافظ بلدة مرصدا", "محافظ بلدة", "فلكيا مرصدا طلاب"]
    + ["طقس ومطر"] * 300
)


@pytest.fixture(scope="module")
def index(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("partial")
    lines = (
        {
            "text": f"خبر {number}: {words}",
            "source": "الأولى" if number % 3 else "الثانية",
            "published": f"20{20 + number % 3}-0{number % 9 + 1}",
        }
        for number, words in enumerate(TEXTS)
    )
    news = place / "news.jsonl"
    news.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    build(place / "index", news)
    return place / "index"


@pytest.fixture(scope="module")
def archive(index: Path) -> Archive:
    return Archive(index)


@pytest.fixture(scope="module")
def client(index: Path) -> FlaskClient:
    return create_app(index).test_client()


def asked(q: str = QUERY, **other: object) -> SearchRequest:
    return replace(SearchRequest(q=q, collapse=False), **other)  # type: ignore[arg-type]  # each member has its own type


def words_of(results: SearchResults) -> list[str]:
    """Returns the words of the found articles, in order."""
    return [hit.article.body.partition(": ")[2] for hit in results.hits]


def test_partial_matches_hold_most_of_a_query_by_rarity_not_by_number(archive: Archive) -> None:
    found = archive.search(asked(per_page=100))
    assert (found.total, found.partial, found.listed, found.most) == (FULL, PARTIAL, FULL + PARTIAL, True)
    assert words_of(found)[:FULL] == [QUERY] * FULL
    assert sorted(words_of(found)[FULL:]) == sorted(["غواصة ميناء"] * 8 + ["ميناء رصيف سفينة"] * 4)
    assert found.total == archive.search(asked(match="all")).total
    assert archive.search(asked(match="all")).partial == 0


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_counts_cover_the_full_matches(archive: Archive, sort: str) -> None:
    found = archive.search(asked(sort=sort), spread=AUTOMATIC)
    assert (found.total, found.partial) == (FULL, PARTIAL)
    for facet in ("source", "year"):
        assert sum(one.count for one in found.facets[facet]) == FULL
    assert sum(one.count for one in found.timeline) == FULL
    assert found.spread
    assert sum(one.count for one in found.spread.periods) == FULL
    assert sum(one.count for one in archive.timeline(asked(sort=sort)).spread.periods) == FULL
    assert sum(one.count for one in archive.names("source", asked(sort=sort)).counts) == FULL
    words = archive.words(asked(sort=sort))
    assert (words.sample, words.total) == (FULL, FULL)
    assert archive.export(asked(sort=sort)).total == FULL


@pytest.mark.parametrize("per_page", [1, 2, 4, 5, 7, 100])
@pytest.mark.parametrize("collapse", [False, True])
def test_pages_list_full_matches_and_then_partial_ones(archive: Archive, per_page: int, collapse: bool) -> None:
    whole = archive.search(asked(per_page=100, collapse=collapse))
    request = asked(per_page=per_page, collapse=collapse)
    pages = [archive.search(request.at_page(page + 1)) for page in range(whole.listed // per_page + 1)
             if page * per_page < whole.listed]  # fmt: skip
    assert [hit.article.id for page in pages for hit in page.hits] == [hit.article.id for hit in whole.hits]
    assert [hit for page in pages for hit in page.full_hits] == list(whole.hits[: whole.total])
    assert {page.pages for page in pages} == {len(pages)}
    links = [search_answer(page) for page in pages]
    assert [bool(page["next"]) for page in links] == [True] * (len(pages) - 1) + [False]
    assert [bool(page["previous"]) for page in links] == [False] + [True] * (len(pages) - 1)
    scores = [hit.score for page in pages for hit in page.hits]
    assert all(before >= after for before, after in pairwise(scores))
    with pytest.raises(RequestError, match=f"lists {whole.listed} results"):
        archive.search(request.at_page(len(pages) + 1))


def test_by_date_full_matches_are_listed_alone(archive: Archive) -> None:
    for sort in ("newest", "oldest"):
        found = archive.search(asked(sort=sort, per_page=100))
        assert (found.total, found.partial, found.listed, found.pages) == (FULL, PARTIAL, FULL, 1)
        assert words_of(found) == [QUERY] * FULL


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_partial_matches_are_counted_if_no_article_has_all_words(archive: Archive, sort: str) -> None:
    request = asked("سفينة زلزال", sort=sort, per_page=100)
    found = archive.search(request, spread=AUTOMATIC)
    assert (found.total, found.partial, found.listed, found.most) == (0, 25, 25, True)
    assert set(words_of(found)) == {"زلزال"}
    assert sum(one.count for one in found.facets["source"]) == 25
    assert found.spread
    assert sum(one.count for one in found.spread.periods) == 25
    assert archive.export(request).total == archive.words(request).total == 25
    for one in found.facets["source"]:
        assert archive.search(replace(request, chosen=ChosenNames.of(source=(one.value,)))).partial == one.count


def test_a_filter_does_not_make_partial_matches_count(archive: Archive) -> None:
    """In a month without full matches nothing is counted, but its two partial matches are listed."""
    request = asked(date_from=date(2020, 4, 1), date_to=date(2020, 4, 30))
    found = archive.search(request, spread=AUTOMATIC)
    assert (found.total, found.partial, found.listed) == (0, 2, 2)
    assert sorted(words_of(found)) == ["غواصة ميناء", "ميناء رصيف سفينة"]
    assert (found.facets["source"], found.timeline) == ((), ())
    assert sum(one.count for one in found.facets["year"]) == FULL  # the counts that choosing another year would give
    assert archive.export(request).total == 0
    assert archive.search(replace(request, sort="newest")).listed == 0


def test_too_few_partial_matches_lower_the_required_rarity(archive: Archive) -> None:
    """Only five articles hold most of the query, fewer than would fill two pages."""
    found = archive.search(asked("غواصة زلزال طلاب مرصدا", per_page=100))
    assert (found.total, found.most) == (0, False)
    assert 5 < found.partial < 60
    assert found.hits[0].article.body.count("طلاب") == 1


def test_a_partial_match_of_a_sentence_has_nearly_all_of_its_words(archive: Archive) -> None:
    found = archive.search(asked(HEADLINE, per_page=100, explain=True))
    assert words_of(found)[: found.total] == [HEADLINE, HEADLINE.removesuffix(" وباحثين")]
    assert [(hit.why.full, hit.why.complete) for hit in found.full_hits if hit.why] == [(True, True), (True, False)]
    assert all(hit.why and not hit.why.full and hit.why.words for hit in found.partial_hits)
    assert archive.search(asked(HEADLINE, match="all")).total == 1


def test_a_quoting_headline_is_widened_but_a_short_quoting_query_is_not(archive: Archive) -> None:
    found = archive.search(asked('"مرصدا فلكيا" محافظ'))
    assert (found.total, found.partial) == (2, 0)
    headline = archive.search(asked(QUOTING))
    assert headline.total == 1
    assert words_of(headline)[:2] == [HEADLINE, HEADLINE.removesuffix(" وباحثين")]


def test_a_quoting_headline_in_no_article_is_still_widened(archive: Archive) -> None:
    found = archive.search(asked('افتتح محافظ بلدة "فلكيا مرصدا" بحضور سفراء وباحثين'))
    assert found.hits[0].article.body.endswith(HEADLINE)


def test_the_page_shows_the_number_of_both(client: FlaskClient) -> None:
    page = Page(client, f"/?q={QUERY}&collapse=0&lang=ar")
    assert page.text("h1").startswith("3 نتائج")
    assert page.text("h2", id="partial") == "12 نتيجة تضمّ معظم كلمات البحث"
    lists = page.all("ol", class_="results")
    assert [len([child for child in one if child.tag.endswith("li")]) for one in lists] == [3, 7]
    second = Page(client, f"/?q={QUERY}&collapse=0&page=2&lang=ar")
    assert second.text("h1").startswith("3 نتائج")
    assert second.text("h2", id="partial") == "12 نتيجة تضمّ معظم كلمات البحث"
    assert len(second.all("ol", class_="results")) == 1
    assert second.all("div", id="results")
    english = Page(client, f"/?q={QUERY}&collapse=0&lang=en")
    assert english.text("h1").startswith("3 results")
    assert english.text("h2", id="partial") == "12 results with most of the words of your search"
    only = Page(client, f"/?q={QUERY}&collapse=0&match=all")
    assert not only.all("h2", id="partial")


def test_the_page_says_that_no_article_has_all_words(client: FlaskClient) -> None:
    page = Page(client, "/?q=سفينة زلزال&collapse=0")
    assert page.text("h1").startswith("لا نتيجة تضمّ كلّ كلمات البحث")
    assert page.text("h2", id="partial") == "25 نتيجة تضمّ معظم كلمات البحث"
    assert not page.all("div", class_="nothing")
    part = Page(client, "/?q=غواصة زلزال طلاب مرصدا&collapse=0&lang=en")
    assert part.text("h2", id="partial").endswith("results with a part of the words of your search")


def test_the_page_by_date_links_to_the_partial_matches(client: FlaskClient) -> None:
    page = Page(client, f"/?q={QUERY}&collapse=0&sort=newest&lang=ar")
    assert not page.all("h2", id="partial")
    (note,) = [one for one in page.all("p", class_="note") if "معظم كلمات البحث" in text(one)]
    assert text(note).startswith("12 مقالاً آخر يضمّ معظم كلمات البحث.")
    assert "sort" not in parameters(page.link("أظهِرها أيضاً بترتيب الصلة"))


def test_the_page_shows_which_words_a_partial_match_lacks(client: FlaskClient) -> None:
    html = Page(client, f"/?q={QUERY}&collapse=0&explain=1&lang=en").html
    assert html.count("The article has all words of the search.") == FULL
    assert html.count("The article has some words of the search.") == 7
    any_of_them = Page(client, f"/?q={QUERY}&collapse=0&explain=1&match=any&per_page=100&lang=en").html
    assert any_of_them.count("The article has all words of the search.") == FULL


def test_the_api_the_feed_and_the_export_agree(client: FlaskClient) -> None:
    params = {"q": QUERY, "collapse": "0", "per_page": "100"}
    data = client.get("/api/v1/search", query_string=params).get_json()
    assert (data["total"], data["partial_total"], len(data["results"])) == (FULL, PARTIAL, FULL + PARTIAL)
    assert "full_matches" not in data["query"]
    assert sum(one["count"] for one in data["facets"]["source"]) == FULL
    feed = feedparser.parse(client.get("/feed.atom", query_string=params).get_data())
    full = {one["id"] for one in data["results"][:FULL]}
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) == FULL
    exported = client.get("/api/v1/export.ndjson", query_string={"q": QUERY, "collapse": "0"})
    assert exported.headers["X-Total-Count"] == str(FULL)
    assert {json.loads(line)["id"] for line in exported.get_data(as_text=True).splitlines()} == full
    counts = client.get("/api/v1/sources", query_string={"q": QUERY, "collapse": "0"}).get_json()["sources"]
    assert sum(one["count"] for one in counts) == FULL


def test_the_command_shows_both(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", QUERY, "--index", str(index), "--limit", "5", "--all-copies"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith("3 results, 12 partial matches, ")
    lines = out.splitlines()
    at = lines.index("Partial matches, which have most of the words:")
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3.", "4.", "5."]
    assert sum(line[:1].isdigit() for line in lines[:at]) == FULL
    assert main(["search", QUERY, "--index", str(index), "--json", "--all-copies"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["total"], data["partial_total"]) == (FULL, PARTIAL)


def test_an_evaluation_ranks_full_matches_and_then_partial_ones(archive: Archive) -> None:
    ranked = archive.ranking(asked(per_page=100))
    assert [one for one, _ in ranked] == [hit.article.id for hit in archive.search(asked(per_page=100)).hits]


WORDS = st.lists(
    st.sampled_from(
        ("غواصة", "ميناء", "رصيف", "سفينة", "زلزال", "طقس", "مرصدا", '"ميناء رصيف"', "-سفينة", "سفين*", "غائبة")
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@settings(max_examples=60)
@given(WORDS, st.sampled_from(("relevance", "newest")), st.booleans(), st.integers(0, 60), st.integers(1, 30))
def test_counted_listed_and_shown_results_agree(
    archive: Archive, q: str, sort: str, collapse: bool, offset: int, per_page: int
) -> None:
    request = asked(q, sort=sort, collapse=collapse, per_page=per_page, without=("spelling",))
    first = archive.search(request)
    strict = archive.search(replace(request, match="all"))
    if not any(one.kind == "relaxed" and one.by for one in first.expansions):
        assert first.total == strict.total
    both = first.total + first.partial
    assert first.listed == (both if sort == "relevance" or not first.total else first.total)
    assert sum(one.count for one in first.facets["source"]) >= (first.total or first.partial)
    if offset and offset >= first.listed:
        with pytest.raises(RequestError):
            archive.search(replace(request, offset=offset))
        return
    page = archive.search(replace(request, offset=offset))
    assert len(page.hits) == min(per_page, first.listed - offset)
    assert len(page.full_hits) == min(per_page, max(0, first.total - offset))
