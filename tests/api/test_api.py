# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the JSON API: the shape of every answer, every error, revalidation by ETag."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.article import Published
from indexer.columns import ChosenNames
from indexer.errors import DamagedIndexError, IncompatibleIndexError, NoIndexError, UsageError
from indexer.search.answers.json.writing import marked_html, to_json, web_address
from indexer.search.answers.results import FacetCount, Marked
from indexer.search.answers.warnings import ESTIMATED, QueryWarning
from indexer.search.query.request import SearchRequest
from tests.answers import search_answer, valid
from tests.shapes import ARTICLE, ENVELOPE, RESULT, shaped
from tests.web_fixtures import ARTICLES, BARE, HOSTILE, INFO, IRAQ, MANY, ListArchive, article, client_of, client_over
from web.api.endpoints import EXAMPLE_ID, JSON, Endpoint
from web.api.views import ENDPOINTS

SEARCH = "/api/v1/search"


def get(path: str, status: int = 200, **options: Any) -> dict[str, Any]:
    """Returns the JSON object at ``path`` of an archive of all articles."""
    response = client_over().get(path, **options)
    assert response.status_code == status
    data: dict[str, Any] = response.get_json(force=True)
    return data


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_each_endpoint_answers_from_any_archive(endpoint: Endpoint) -> None:
    """The endpoints use only the methods that `SearchableArchive` has."""
    address = endpoint.example_address.replace(EXAMPLE_ID, IRAQ.id)
    with client_over().get(address) as answer:
        assert answer.status_code == 200
        if endpoint.media == JSON:
            valid(endpoint.answer, answer.get_json())


@pytest.mark.parametrize(
    ("stated", "answered"),
    [("2023", "2023"), ("2023-05", "2023-05"), ("2023-05-14", "2023-05-14"),
     ("2023-05-14T10:45", "2023-05-14T10:45:00"), ("2023-05-14T10:45:00.120000", "2023-05-14T10:45:00"),
     ("2023-05-14T10:45:00+00:00", "2023-05-14T10:45:00Z"), ("2023-05-14T10:45+03:00", "2023-05-14T10:45:00+03:00")],
)  # fmt: skip
def test_dates_of_publication_have_one_shape(stated: str, answered: str) -> None:
    client = client_over(article("a", published=Published(stated)))
    (one,) = client.get(SEARCH).get_json()["results"]
    with client.get("/api/v1/export.csv?fields=published_at&header=0") as table:
        assert (one["published_at"], table.get_data(as_text=True)) == (answered, f"{answered}\r\n")


def test_the_examples_of_the_documentation_name_an_article_of_this_archive() -> None:
    shown = client_over(IRAQ).get("/api/").get_data(as_text=True)
    assert f"/api/v1/articles/{IRAQ.id}" in shown
    assert EXAMPLE_ID not in shown
    document = client_over(IRAQ).get("/api/v1/openapi.json").get_json()
    assert document["paths"]["/articles/{id}"]["get"]["parameters"][0]["example"] == IRAQ.id
    assert client_over(error=NoIndexError("none")).get("/api/").status_code == 200


def test_a_search_answers_with_the_envelope() -> None:
    data = get(f"{SEARCH}?q=العراق")
    shaped(data, ENVELOPE)
    shaped(
        data["query"],
        {
            "input": str,
            "read_as": str,
            "match": str,
            "terms": list,
            "expansions": list,
            "dropped": list,
            "corrections": list,
        },
    )
    assert data["query"]["terms"] == [{"text": "العراق", "folded": "العراق", "stem": "العراق"}]
    assert set(data["facets"]) == {"source", "category", "author", "year"}
    assert {"value": "شينخوا", "count": 1} in data["facets"]["source"]
    assert {"period": "2023-05", "count": 1} in data["timeline"]
    assert data["index"] == {"generation": INFO.generation, "built_at": INFO.built_at, "articles": len(ARTICLES)}
    assert (data["status"], data["total"], data["total_relation"], data["page"], data["pages"]) == ("ok", 4, "eq", 1, 1)


def test_a_search_says_whether_its_numbers_are_exact() -> None:
    results = ListArchive().search(SearchRequest())
    assert search_answer(results)["total_relation"] == "eq"
    estimated = replace(results, warnings=(QueryWarning(ESTIMATED, "q", "", "Estimates."),))
    assert search_answer(estimated)["total_relation"] == "estimate"


@pytest.mark.parametrize("match", ["auto", "all", "any"])
def test_the_query_says_how_words_were_matched(match: str) -> None:
    assert get(f"{SEARCH}?q=العراق&match={match}")["query"]["match"] == match
    assert get(SEARCH)["query"]["match"] == "auto"


def test_facets_name_the_frequent_values_and_the_chosen_ones() -> None:
    client = client_over(*(article(f"c{number}", category=f"قسم {number:03}") for number in range(300)))
    values = client.get(SEARCH).get_json()["facets"]["category"]
    assert [value["value"] for value in values] == [f"قسم {number:03}" for number in range(50)]
    client = client_over(*(article(f"c{year}", published=Published(f"{year}")) for year in range(1950, 2024)))
    assert len(client.get(SEARCH).get_json()["facets"]["year"]) == 50


def test_chosen_values_are_named_however_rare() -> None:
    categories = tuple(FacetCount(f"قسم {number}", 300 - number) for number in range(300))
    years = tuple(FacetCount(str(year), 1) for year in range(2023, 1900, -1))
    asked = SearchRequest(
        date_from=date(1910, 1, 1), date_to=date(1910, 12, 31), chosen=ChosenNames.of(category=("قسم 299", "غائب"))
    )
    results = replace(
        ListArchive().search(SearchRequest()), request=asked, facets={"category": categories, "year": years}
    )
    facets = search_answer(results)["facets"]
    assert facets["category"] == [
        *({"value": f"قسم {number}", "count": 300 - number} for number in range(49)),
        {"value": "قسم 299", "count": 1},
    ]
    assert [value["value"] for value in facets["year"]] == [*map(str, range(2023, 1974, -1)), "1910"]
    many = replace(asked, chosen=ChosenNames.of(category=[count.value for count in categories[100:160]]))
    chosen = search_answer(replace(results, request=many))["facets"]["category"]
    assert [value["value"] for value in chosen] == list(many.chosen["category"])


def test_every_result_has_the_same_shape_and_null_for_missing_values() -> None:
    results = {result["id"]: result for result in get(f"{SEARCH}?q=العراق")["results"]}
    for result in results.values():
        shaped(result, RESULT)
        shaped(result["links"], {"self": str, "page": str, "similar": str})
        assert result["links"]["similar"] == f"/api/v1/articles/{result['id']}/similar"
        assert result["cluster"] == {"id": result["id"], "size": 1}
        for snippet in result["snippets"]:
            shaped(snippet, {"html": str, "text": str, "marks": list})
    full, bare = results[IRAQ.id], results[BARE.id]
    assert (full["published_at"], full["date_precision"]) == ("2021-12-04", "day")
    assert (full["source"], full["url"], full["author"]) == (IRAQ.source, IRAQ.url, IRAQ.author)
    for key in ("title", "source", "url", "category", "author", "published_at", "date_precision"):
        assert bare[key] is None, key
    assert results[HOSTILE.id]["url"] is None, "addresses other than http are left out of the answer"


def test_marks_count_code_points_and_html_says_the_same() -> None:
    (result,) = get(f"{SEARCH}?q=NATO")["results"]
    marked = [snippet for snippet in result["snippets"] if snippet["marks"]]
    page = get(f"/api/v1/articles/{IRAQ.id}?q=NATO")["article"]["paragraphs"]
    marked += [paragraph for paragraph in page if paragraph["marks"]]
    assert marked
    for one in marked:
        for start, end in one["marks"]:
            assert one["text"][start:end] == "NATO"
        assert "<mark>NATO</mark>" in one["html"]


def test_links_of_a_result_lead_to_the_article() -> None:
    client = client_over()
    (result,) = client.get(f"{SEARCH}?q=NATO").get_json()["results"]
    assert client.get(result["links"]["self"]).get_json()["article"]["id"] == IRAQ.id
    assert b'<mark id="hit-1">NATO</mark>' in client.get(result["links"]["page"]).data


def test_pages_are_chained_by_next_and_previous() -> None:
    client, address, seen = client_over(*MANY), f"{SEARCH}?q=مفاوضات&per_page=20&sort=newest", []
    while address:
        data = client.get(address).get_json()
        seen += [result["id"] for result in data["results"]]
        assert (data["previous"] is None) == (data["page"] == 1)
        address = data["next"]
    assert len(seen) == len(set(seen)) == len(MANY)
    assert data["page"] == data["pages"] == 3
    assert client.get(data["previous"]).get_json()["page"] == 2


def test_next_ends_where_results_are_too_deep_to_be_listed() -> None:
    lots = tuple(article(f"lot-{number}") for number in range(10_002))
    client = client_over(*lots)
    assert client.get(f"{SEARCH}?offset=9800&limit=100").get_json()["next"] is not None
    assert client.get(f"{SEARCH}?offset=9900&limit=100").get_json()["next"] is None
    assert client.get(f"{SEARCH}?offset=9901&limit=100").status_code == 422


def test_an_article_is_answered_in_full() -> None:
    data = get(f"/api/v1/articles/{IRAQ.id}")
    shaped(data, {"status": str, "article": dict, "index": dict})
    shaped(data["article"], ARTICLE)
    assert data["article"]["body"] == IRAQ.body
    assert [paragraph["text"] for paragraph in data["article"]["paragraphs"]] == IRAQ.body.split("\n")
    assert data["article"]["removed"][0] == {"text": "اضغط للتعليق", "reason": "share"}


@pytest.mark.parametrize(
    ("parameters", "status", "code", "param"),
    [
        ("q=" + "ا" * 1_001, 400, "query_too_long", "q"),
        ("q=a&q=b", 400, "invalid_parameter", "q"),
        ("sort=best", 400, "invalid_parameter", "sort"),
        ("match=some", 400, "invalid_parameter", "match"),
        ("exact=yes", 400, "invalid_parameter", "exact"),
        ("page=0", 400, "invalid_parameter", "page"),
        ("page=٣x", 400, "invalid_parameter", "page"),
        ("per_page=101", 400, "invalid_parameter", "per_page"),
        ("limit=-1", 400, "invalid_parameter", "limit"),
        ("offset=-1", 400, "invalid_parameter", "offset"),
        ("page=2&offset=0", 422, "contradictory_parameters", "offset"),
        ("from=2023-02-30", 400, "invalid_parameter", "from"),
        ("to=yesterday", 400, "invalid_parameter", "to"),
        ("from=2023&to=2022", 422, "contradictory_parameters", "from"),
        ("page=1001", 422, "page_too_deep", "page"),
        ("page=9", 404, "page_not_found", "page"),
        ("page=9&offset=", 404, "page_not_found", "page"),
        ("offset=80", 404, "page_not_found", "offset"),
        ("offset=10000", 422, "page_too_deep", "offset"),
    ],
)
def test_an_unusable_parameter_is_named_by_page_and_api_alike(
    parameters: str, status: int, code: str, param: str
) -> None:
    problem = get(f"{SEARCH}?{parameters}", status)
    assert (problem["code"], problem["param"]) == (code, param)
    page = client_over().get(f"/?{parameters}")
    # For a reader, a page that is too deep does not exist.
    assert (page.status_code, page.mimetype) == (404 if code == "page_too_deep" else status, "text/html")


def test_an_offset_after_the_end_is_called_an_offset() -> None:
    assert "offset 80" in get(f"{SEARCH}?offset=80", 404)["detail"]
    assert "page" not in get(f"{SEARCH}?offset=80", 404)["detail"]
    assert f": there are {len(ARTICLES)}; lower it" in get(f"{SEARCH}?offset=80", 404)["detail"]


@pytest.mark.parametrize(
    "name", ["q", "sort", "match", "exact", "page", "per_page", "limit", "offset", "from", "to", "source", "category"]
)
def test_an_empty_parameter_is_the_same_as_none(name: str) -> None:
    assert get(f"{SEARCH}?{name}=")["results"] == get(SEARCH)["results"]


def test_an_empty_filter_beside_a_filled_one_is_ignored() -> None:
    assert get(f"{SEARCH}?source=&source=شينخوا&category=&category=")["total"] == 1
    assert SearchRequest.from_params({"source": ["", "a"], "category": [""]}) == SearchRequest(
        chosen=ChosenNames.of(source=("a",))
    )


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NoIndexError("nothing at /srv/index"), 503, "no_index"),
        (IncompatibleIndexError("format", "0", "1"), 503, "index_unavailable"),
        (DamagedIndexError("/srv/index/x.bin is missing"), 503, "index_unavailable"),
        (UsageError("/srv/index"), 503, "index_unavailable"),
        (RuntimeError("/srv/index"), 500, "internal_error"),
    ],
)
def test_a_failing_archive_says_so_without_internal_details(
    error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_over(error=error)
    for path in (SEARCH, f"/api/v1/articles/{IRAQ.id}"):
        with caplog.at_level(logging.ERROR):
            response = client.get(path)
        assert response.status_code == status
        assert response.mimetype == "application/problem+json"
        assert response.get_json(force=True)["code"] == code
        assert b"/srv" not in response.data
        assert b"Traceback" not in response.data
        assert ("Retry-After" in response.headers) == (status == 503)
    if code != "no_index":
        assert str(error) in caplog.text, "the log has the details for the operator"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/articles/0000000000000000", 404, "article_not_found"),
        ("PUT", SEARCH, 405, "method_not_allowed"),
        ("DELETE", f"/api/v1/articles/{IRAQ.id}", 405, "method_not_allowed"),
    ],
)
def test_problems_have_the_members_of_rfc_9457(method: str, path: str, status: int, code: str) -> None:
    response = client_over().open(path, method=method)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = response.get_json(force=True)
    shaped(problem, {"type": str, "title": str, "status": int, "detail": str, "code": str, "param": (str, type(None))})
    assert (problem["status"], problem["code"], problem["param"]) == (status, code, None)
    assert response.cache_control.no_store
    if status == 405:
        assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("path", [SEARCH + "?q=العراق", f"/api/v1/articles/{IRAQ.id}", "/?q=العراق"])
def test_an_answer_is_revalidated_without_a_second_search(path: str) -> None:
    archive = ListArchive()
    client = client_of(archive)
    first = client.get(path)
    assert first.cache_control.no_cache
    searches = archive.searches
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, archive.searches) == (304, b"", searches)
    assert again.headers["ETag"] == first.headers["ETag"]
    archive.generation = "the next one"
    anew = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert anew.status_code == 200
    assert anew.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", [SEARCH, f"/api/v1/articles/{IRAQ.id}", "/", f"/articles/{IRAQ.id}"])
def test_a_rebuilt_folder_has_new_tags_though_its_numbers_begin_again(path: str) -> None:
    archive = ListArchive()
    client = client_of(archive)
    first = client.get(path).headers["ETag"]
    archive.built_at = "2023-05-15T10:45:00Z"
    anew = client.get(path, headers={"If-None-Match": first})
    assert anew.status_code == 200
    assert anew.headers["ETag"] != first


def test_two_addresses_have_two_tags() -> None:
    client = client_over()
    tags = {client.get(path).headers["ETag"] for path in (SEARCH, f"{SEARCH}?q=a", "/", "/?q=a")}
    assert len(tags) == 4


@pytest.mark.parametrize("path", [SEARCH, f"/api/v1/articles/{IRAQ.id}", "/", f"/articles/{IRAQ.id}", "/healthz"])
def test_head_answers_as_get_without_a_body(path: str) -> None:
    client = client_over()
    same = {"X-Request-ID": "1"}
    head, whole = client.head(path, headers=same), client.get(path, headers=same)
    assert (head.status_code, head.data) == (200, b"")
    assert {**head.headers} == {**whole.headers}


def test_json_is_utf_8_and_readable() -> None:
    response = client_over().get(f"{SEARCH}?q=العراق")
    assert response.mimetype == "application/json"
    assert "العراق" in response.data.decode()


def test_damaged_text_never_breaks_an_answer() -> None:
    client = client_over()
    whole = client.get(f"/api/v1/articles/{HOSTILE.id}?q=العراق")
    text = whole.get_json()["article"]["paragraphs"][2]["text"]
    assert text == "neben\x00\x0b\ufffd\ufffe"
    assert json.loads(to_json({"a": "\ud800b"})) == {"a": "\ufffdb"}


def test_only_marks_are_elements_of_the_html() -> None:
    assert marked_html(Marked("<b>&\"'", ((3, 4),))) == "&lt;b&gt;<mark>&amp;</mark>&quot;&#x27;"
    assert marked_html(Marked("<b>&", ((2, 3),))) == "&lt;b<mark>&gt;</mark>&amp;"
    (hostile,) = [one for one in get(f"{SEARCH}?q=alert")["results"] if one["id"] == HOSTILE.id]
    for html in (hostile["title_html"], *(snippet["html"] for snippet in hostile["snippets"])):
        assert "<" not in html.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example/x?y=1#z", "HTTPS://a.example"])
def test_web_addresses_are_in_the_answer(url: str) -> None:
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "/x",
        "https:",
        "http://[::1",
        "ftp://a",
    ],
)
def test_other_addresses_are_not_in_the_answer(url: str) -> None:
    assert web_address(url) is None


def test_a_mount_point_is_part_of_every_link() -> None:
    data = client_over(*MANY).get(f"{SEARCH}?q=مفاوضات&page=2", base_url="http://localhost/archive").get_json()
    assert data["next"].startswith("/archive/api/v1/search?")
    assert data["results"][0]["links"]["page"].startswith("/archive/articles/")


def test_addresses_keep_every_parameter() -> None:
    asked = "q=مفاوضات&sort=oldest&from=2015-01-01&to=2023-12-31&source=نشرة النيل&category=سياسة&match=all&exact=1"
    asked += "&per_page=3"
    following = get(f"{SEARCH}?{asked}")["next"]
    assert parse_qs(urlsplit(following).query) == {**parse_qs(asked), "page": ["2"]}
