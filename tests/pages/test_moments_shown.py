# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how pages, API, exports, references and command line show when articles were fetched and added."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer import moments
from indexer.article import Published
from indexer.engine.engines import store_at
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import MomentRange
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.search.query.request import SearchRequest
from tests.commands.test_cli import Streams, fihrist
from tests.pages.test_citations import entry, record, said
from tests.web_fixtures import XHTML, ListArchive, Page, app_over, arabic, article, client_over, parameters, text
from web.app import create_app
from web.pages.citations import bibtex, ris
from web.pages.filter_controls import added_lately

AT = moments.read("2023-03-14T10:25:00Z")
ADDED = moments.read("2024-01-02T03:04:05Z")
UNDATED = article("undated", "خبر بلا تاريخ", fetched_at=AT, indexed_at=ADDED)
DATED = article("dated", "خبر له تاريخ", published=Published("2021-12-04"), fetched_at=AT, indexed_at=ADDED)
UNKNOWN = article("unknown", "خبر لا يُعرف عنه شيء")


def dates(page: Page) -> list[tuple[str, str | None]]:
    """Returns the dates of a page's first result, or of an article, each with its ISO form."""
    (first, *_) = page.all("article")
    return [(text(one), one.get("datetime")) for one in first.iter(XHTML + "time")]


@pytest.mark.parametrize(("language", "said"), [("ar", "جُلب في 14 آذار/مارس 2023"), ("en", "fetched on 14 March 2023")])
@pytest.mark.parametrize("path", ["/?q=خبر", f"/articles/{UNDATED.id}"])
def test_an_article_without_a_date_shows_when_it_was_fetched(path: str, language: str, said: str) -> None:
    found = dates(Page(client_over(UNDATED), f"{path}{'&' if '?' in path else '?'}lang={language}"))
    assert found[0] == (said, "2023-03-14T10:25:00Z")


def test_every_list_of_articles_shows_that_moment(client: FlaskClient) -> None:
    page = Page(client_over(DATED, UNDATED), f"/articles/{DATED.id}?lang=en")
    assert "fetched on 14 March 2023" in page.text("section", class_="similar")
    others = client.get("/api/v1/search", query_string={"q": "=جسر", "collapse": "0"}).get_json()["results"]
    copied = next(one for one in others if one["cluster"]["size"] > 1)
    assert "fetched on 14 March 2023" in Page(client, f"/articles/{copied['id']}?lang=en").text("section", id="copies")


def test_an_article_with_a_date_shows_it_with_the_moments_of_fetching_and_adding() -> None:
    found = dates(Page(client_over(DATED), f"/articles/{DATED.id}?lang=en"))
    assert found == [
        ("4 December 2021", "2021-12-04"),
        ("14 March 2023, 10:25 UTC", "2023-03-14T10:25:00Z"),
        ("2 January 2024, 03:04 UTC", "2024-01-02T03:04:05Z"),
    ]
    assert dates(Page(client_over(UNKNOWN), f"/articles/{UNKNOWN.id}")) == []


@pytest.mark.parametrize(
    ("sort", "shown"),
    [
        ("newest", ["4 December 2021"]),
        ("added", ["4 December 2021", "added on 2 January 2024"]),
        ("fetched", ["4 December 2021", "fetched on 14 March 2023"]),
    ],
)
def test_a_result_shows_the_moment_it_is_ordered_by(sort: str, shown: list[str]) -> None:
    assert [said for said, _ in dates(Page(client_over(DATED), f"/?q=خبر&lang=en&sort={sort}"))] == shown
    undated = [said for said, _ in dates(Page(client_over(UNDATED), f"/?q=خبر&lang=en&sort={sort}"))]
    assert undated == ["fetched on 14 March 2023", *(["added on 2 January 2024"] if sort == "added" else [])]


def test_orders_are_offered_if_they_make_a_difference() -> None:
    def offered(*articles: Any, sort: str = "relevance") -> list[str]:
        page = Page(client_over(*articles), f"/?q=خبر&lang=en&sort={sort}")
        (first, *_) = page.all("nav", class_="sorts")
        return [text(one) for one in first.iter(XHTML + "a")]

    always = ["Most relevant", "Newest", "Oldest", "Recently added"]
    assert offered(UNKNOWN) == always
    assert offered(DATED) == [*always, "Latest fetched"]
    assert offered(UNKNOWN, sort="fetched") == [*always, "Latest fetched"]


def test_each_filter_is_a_chip_that_removes_only_itself() -> None:
    asked = {
        "q": "خبر", "lang": "en", "indexed_from": "2024-01-02T03:04:00Z", "indexed_to": "2024",
        "fetched_from": "2023-03", "fetched_to": "2023-03-14",
    }  # fmt: skip
    page = Page(client_over(DATED), "/?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    (chips,) = page.all("ul", class_="chips")
    links = {text(one).removeprefix("Remove ").removesuffix(" ×"): one.get("href") for one in chips.iter(XHTML + "a")}
    assert list(links) == [
        "Added from: 2 January 2024, 03:04 UTC",
        "Added until: 31 December 2024",
        "Fetched from: 1 March 2023",
        "Fetched until: 14 March 2023",
        "all",
    ]
    for removed, href in zip(
        ("indexed_from", "indexed_to", "fetched_from", "fetched_to"), links.values(), strict=False
    ):
        assert set(parameters(href or "")) == set(asked) - {removed}


def test_forms_for_both_periods_keep_all_other_parameters() -> None:
    page = Page(client_over(DATED), "/?q=خبر&sort=indexed&from=2021&indexed_from=2024-01-02T03:04:00Z&source=x&page=1")
    forms = {}
    for form in page.all("form", class_="period"):
        fields = {one.get("name"): one.get("value") for one in form.iter(XHTML + "input")}
        forms[str(next(iter(fields)))] = fields
    assert set(forms) == {"from", "indexed_from", "fetched_from"}
    for name, fields in forms.items():
        assert fields["q"] == "خبر"
        assert fields["sort"] == "added", "indexed is another name of it"
        assert fields["source"] == "x"
        assert fields[name] == {"from": "2021-01-01", "indexed_from": "2024-01-02", "fetched_from": ""}[name]
    assert forms["fetched_from"]["indexed_from"] == "2024-01-02T03:04:00Z"
    assert not [one for one in page.all("details") if one.get("open") is not None]
    assert arabic("Added to the archive") in [text(one) for one in page.all("h2")]


def test_links_lead_to_what_was_added_in_the_last_days() -> None:
    now = moments.read("2024-03-01T10:00:00Z")
    with app_over(ListArchive()).test_request_context("/?lang=en"):
        links = added_lately(SearchRequest(q="خبر", offset=10), now)
        assert [link.text for link in links] == ["Today", "Last 7 days", "Last 30 days"]
        firsts = [parameters(link.href)["indexed_from"][0] for link in links]
        assert firsts == ["2024-03-01T00:00:00Z", "2024-02-24T00:00:00Z", "2024-02-01T00:00:00Z"]
        again = added_lately(SearchRequest(q="خبر", indexed=MomentRange(moments.read(firsts[1]), None)), now)
        assert [link.current for link in again] == [False, True, False]
        assert parameters(again[1].href) == {"q": ["خبر"], "lang": ["en"]}, "a second click takes the filter back"


def test_a_reference_states_when_the_page_was_fetched() -> None:
    assert said(UNDATED, "en").startswith("“خبر بلا تاريخ.” fetched on 14 March 2023. ")
    assert said(UNDATED).startswith("«خبر بلا تاريخ». جُلب في 14 آذار/مارس 2023. ")
    assert "2023" not in said(DATED)
    for one in (UNDATED, DATED):
        assert entry(bibtex(one, "https://a.example/"))["urldate"] == "2023-03-14"
        assert record(ris(one, "https://a.example/"))["access_date"] == "2023/03/14/"
    assert "urldate" not in bibtex(UNKNOWN, "https://a.example/")
    assert "Y2" not in ris(UNKNOWN, "https://a.example/")


Search = Callable[..., dict[str, Any]]
LINES: tuple[dict[str, object], ...] = (
    {"id": "1", "title": "جسر أول", "body": "نصّ أول عن الجسر", "date": "2021-05-01"},
    {"id": "2", "title": "جسر ثانٍ", "body": "نصّ ثانٍ عن الجسر", "fetched_at": "2023-03-14T10:25:00Z"},
    {"id": "3", "title": "جسر ثالث", "body": "نصّ ثالث عن الجسر", "fetched_at": 1_600_000_000, "date": "2020-09-01"},
)
COPIED = "قال المهندس إن العمل في الجسر الكبير سيبدأ الشهر المقبل وإن السكان سيشاركون فيه مع البلدية والوزارة " * 3


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, engine: WhooshEngine) -> Path:
    """An index of articles that came in four runs, one day apart."""
    folder = tmp_path_factory.mktemp("moments")
    news = folder / "news"
    news.mkdir()
    copies: Sequence[dict[str, object]] = ({"id": "4", "title": "جسر كبير", "body": COPIED, "fetched_at": "2023-03-14"},
              {"id": "5", "title": "الجسر الكبير", "body": f"{COPIED} غداً", "fetched_at": "2023-03-14"})  # fmt: skip
    parts: list[Sequence[dict[str, object]]] = [LINES[:1], LINES[1:2], LINES[2:], copies]
    for day, part in enumerate(parts):
        written = "\n".join(json.dumps(one, ensure_ascii=False) for one in part)
        (news / f"{day}.jsonl").write_text(written, encoding="utf-8")
        options = Options(clock=lambda day=day: ADDED + day * 86_400)  # type: ignore[misc]  # binds the current value
        reindex([news], store_at(folder / "index"), options, lambda done, total: None)
    return folder / "index"


@pytest.fixture
def client(index: Path) -> FlaskClient:
    return create_app(index).test_client()


@pytest.fixture
def search(client: FlaskClient) -> Search:
    def asked(**params: str) -> dict[str, Any]:
        response = client.get("/api/v1/search", query_string={"collapse": "0", **params})
        assert response.status_code == 200, response.get_json()
        answer: dict[str, Any] = response.get_json()
        assert answer["total"] == len(answer["results"])
        return answer

    return asked


def numbers(answer: dict[str, Any]) -> list[str]:
    order = {"جسر أول": "1", "جسر ثانٍ": "2", "جسر ثالث": "3", "جسر كبير": "4", "الجسر الكبير": "5"}
    return [order[one["title"]] for one in answer["results"]]


def test_results_hold_both_moments(search: Search) -> None:
    found = {one["title"]: (one["fetched_at"], one["indexed_at"]) for one in search(q="جسر")["results"]}
    assert found["جسر أول"] == (None, "2024-01-02T03:04:05Z")
    assert found["جسر ثانٍ"] == ("2023-03-14T10:25:00Z", "2024-01-03T03:04:05Z")
    assert found["جسر ثالث"] == ("2020-09-13T12:26:40Z", "2024-01-04T03:04:05Z")


@pytest.mark.parametrize("q", ["", "جسر"])
def test_orders(search: Search, q: str) -> None:
    latest = numbers(search(q=q, sort="added"))
    assert latest == numbers(search(q=q, sort="indexed"))
    assert set(latest[:2]) == {"4", "5"}
    assert latest[2:] == ["3", "2", "1"]
    fetched = numbers(search(q=q, sort="fetched"))
    assert fetched == ["2", *latest[:2], "3", "1"], "equal ones are ordered by id in both directions"


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"indexed_from": "2024-01-04"}, {"3", "4", "5"}),
        ({"indexed_from": "2024-01-04T03:04:05Z"}, {"3", "4", "5"}),
        ({"indexed_from": "2024-01-04T03:04:06Z"}, {"4", "5"}),
        ({"indexed_from": "2024-01-04T06:04:05+03:00"}, {"3", "4", "5"}),
        ({"added_since": "2024-01-04T03:04:05Z"}, {"4", "5"}),
        ({"added_since": "2024-01-04T03:04:04.9Z"}, {"3", "4", "5"}),
        ({"added_since": "2024-01-04"}, {"3", "4", "5"}),
        ({"added_since": "2024-01-03T03:04:05Z", "indexed_from": "2024-01-04T03:04:06Z"}, {"4", "5"}),
        ({"added_since": "2024-01-03T03:04:05Z", "indexed_from": "2023", "indexed_to": "2024-01-04"}, {"3"}),
        ({"indexed_to": "2024-01-03"}, {"1", "2"}),
        ({"indexed_from": "2024-01-03", "indexed_to": "2024-01-03T03:04"}, {"2"}),
        ({"fetched_from": "2020"}, {"2", "3", "4", "5"}),
        ({"fetched_to": "2022"}, {"3"}),
        ({"fetched_from": "2023-03-14", "indexed_to": "2024-01-03"}, {"2"}),
        ({"fetched_from": "2030"}, set()),
    ],
)
def test_filters(client: FlaskClient, search: Search, params: dict[str, str], found: set[str]) -> None:
    for q in ("", "جسر"):
        answer = search(q=q, **params)
        assert set(numbers(answer)) == found
    dated = sum(one["published_at"] is not None for one in answer["results"])
    assert sum(year["count"] for year in answer["facets"]["year"]) == dated
    asked = {"q": "جسر", "collapse": "0", **params}
    lines = client.get("/api/v1/export.ndjson", query_string=asked)
    assert lines.headers["X-Total-Count"] == str(len(found))
    assert {json.loads(line)["title"] for line in lines.get_data(as_text=True).splitlines()} == {
        one["title"] for one in answer["results"]
    }
    timeline = client.get("/api/v1/timeline", query_string=asked).get_json()
    assert timeline["undated"] + sum(one["count"] for one in timeline["timeline"]) == len(found)


def test_pages_of_an_order_fit_together(client: FlaskClient) -> None:
    for sort in ("indexed", "fetched"):
        whole = client.get(f"/api/v1/search?sort={sort}&collapse=0&per_page=5").get_json()["results"]
        address, parts = f"/api/v1/search?sort={sort}&collapse=0&per_page=2", []
        while address:
            answer = client.get(address).get_json()
            parts += answer["results"]
            address = answer["next"]
        assert [one["id"] for one in parts] == [one["id"] for one in whole]


def test_a_cluster_is_ordered_by_its_latest_copy(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?sort=indexed&per_page=1").get_json()
    assert (answer["total"], answer["results"][0]["cluster"]["size"]) == (4, 2)


def test_a_table_has_a_column_for_each_moment(client: FlaskClient) -> None:
    table = client.get("/api/v1/export.csv?q=جسر&fields=title,fetched_at,indexed_at").get_data(as_text=True)
    rows = {row["title"]: row for row in csv.DictReader(io.StringIO(table))}
    assert rows["جسر أول"] == {"title": "جسر أول", "fetched_at": "", "indexed_at": "2024-01-02T03:04:05Z"}
    assert rows["جسر ثالث"]["fetched_at"] == "2020-09-13T12:26:40Z"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("indexed_after=2023", "Did you mean indexed_from?"),
        ("added_from=2023", "Did you mean indexed_from?"),
        ("added_after=2023", "Did you mean added_since?"),
        ("crawled_before=2023", "Did you mean fetched_to?"),
        ("indexed_at=2023", "give added_since, or indexed_from and indexed_to"),
        ("fetched_at=2023", "give fetched_from and fetched_to"),
    ],
)
def test_a_wrong_parameter_name_is_answered_with_the_right_one(client: FlaskClient, asked: str, told: str) -> None:
    response = client.get(f"/api/v1/search?{asked}")
    assert response.status_code == 400
    assert told in response.get_json()["detail"]


def test_the_command_line_sorts_filters_and_shows_the_time_of_fetching(capsys: Streams, index: Path) -> None:
    code, out, _ = fihrist(capsys, "search", "جسر", "--sort", "fetched", "--index", str(index))
    assert code == 0
    first, second, *_ = out.splitlines()
    assert (first, "fetched on 2023-03-14" in second) == ("1. [جسر] ثانٍ", True)
    assert fihrist(capsys, "search", "جسر", "--sort", "latest", "--index", str(index))[0] == 2
    asked = ("--indexed-from", "2024-01-04", "--fetched-to", "2022", "--fields", "title,fetched_at")
    code, out, _ = fihrist(capsys, "export", "جسر", *asked, "--index", str(index))
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {"title": "جسر ثالث", "fetched_at": "2020-09-13T12:26:40Z"}
    ]


def test_cleaning_shows_when_a_page_was_fetched(capsys: Streams, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(LINES[1], ensure_ascii=False), encoding="utf-8")
    _, out, _ = fihrist(capsys, "clean", str(path), "--json", "--index", str(tmp_path / "none"))
    (shown,) = json.loads(out)["records"]
    assert (shown["published_at"], shown["fetched_at"]) == (None, "2023-03-14T10:25:00Z")


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.get_json()
    answer: dict[str, Any] = response.get_json()
    return answer


def test_a_saved_search_is_told_what_came_since(client: FlaskClient) -> None:
    (built,) = {one.get("data-built") for one in Page(client, "/?q=جسر").all("button")} - {None}
    assert told(client, f"/saved/news?q=جسر&collapse=0&since={built}")["new"] == 0
    answer = told(client, "/saved/news?q=جسر&collapse=0&since=2024-01-03T03:04:05Z&lang=en")
    assert (answer["new"], answer["said"], answer["built"]) == (3, "3 new articles", built)
    assert Page(client, answer["href"]).text("h1").startswith("3 results")
    assert parameters(answer["href"])["sort"] == ["added"]
    # The search's own limits stay.
    assert told(client, "/saved/news?q=جسر&collapse=0&since=2024-01-03T03:04:05Z&indexed_to=2024-01-04")["new"] == 1
    assert told(client, "/saved/news?q=جسر&since=2024-01-03T03:04:05Z&indexed_to=2024-01-02")["new"] == 0
    assert told(client, "/saved/news?q=جسر")["new"] == 0
