# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the application as it is run: files, headers, a real index, hostile queries, and what gunicorn itself
refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.errors import NoIndexError
from tests.servers import build_index, exchange, request_line, running_server
from tests.shapes import ARTICLE, ENVELOPE, RESULT, shaped
from tests.web_fixtures import BARE, IRAQ, MANY, MISTAKES, SHIPPING, STATES, arabic, client_over
from web.app import create_app

SEARCH = "/api/v1/search"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client over a real index."""
    return create_app(build_index(tmp_path_factory.mktemp("real"), [IRAQ, SHIPPING, BARE, *MANY])).test_client()


@pytest.mark.parametrize(
    "path", [*STATES, *(path for path, _ in MISTAKES), "/healthz", "/robots.txt", "/static/style.css"]
)
def test_nothing_on_a_page_can_run_but_our_own_module(path: str) -> None:
    with client_over().get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for source in ("script-src", "connect-src", "style-src", "img-src"):
            assert f"{source} 'self';" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        body = response.get_data(as_text=True)
    body = body.replace('<script type="module" src="/static/main.js"></script>', "", 1)
    assert not re.search(r"<(script|style|iframe|object|embed|base)\b", body)
    assert not re.search(r"<[^>]* (on\w+|style)=", re.sub(r'"[^"]*"', '""', body))
    assert not re.search(r'(href|src|action)="(?!/|#|https?://)', body)


def test_other_methods_are_refused() -> None:
    response = client_over().post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert arabic("This page is not asked for in this way") in response.get_data(as_text=True)


def test_health_robots_and_files_are_served() -> None:
    client = client_over(error=NoIndexError("x"))
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert "Disallow: /api/" in client.get("/robots.txt").get_data(as_text=True)
    with client.get("/static/favicon.svg") as icon:
        assert icon.mimetype == "image/svg+xml"
    # A third of it is for the timeline, the saved searches, and the pages of authors, stories and names.
    assert len(style_sheet()) < 26_000


def style_sheet() -> str:
    """Returns the stylesheet as it is served."""
    with client_over().get("/static/style.css") as response:
        return response.get_data(as_text=True)


def test_the_stylesheet_keeps_letters_joined_and_works_in_both_directions() -> None:
    css = style_sheet()
    assert not re.search(r"letter-spacing:|italic|(margin|padding|border)-(left|right)|text-align: (left|right)", css)
    for rule in re.findall(r"\bmark[^{}*/]*\{([^}]*)\}", css):
        assert not re.search(r"padding|margin:|border|display", rule)


def luminance(colour: str) -> float:
    """Returns the relative luminance of a colour, as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        *((front, back) for back in ("paper", "sheet", "chip") for front in ("ink", "link")),
        *((front, back) for back in ("paper", "sheet") for front in ("soft", "press", "visited")),
        ("soft", "chip"),
        ("mark-ink", "mark"),
        ("mark-ink", "target"),
        ("on-button", "button"),
    ],
)
def test_text_contrasts_with_its_background(scheme: int, front: str, back: str) -> None:
    rules = re.findall(r":root \{([^}]*)\}", style_sheet())[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rules))
    dark, light = sorted((luminance(colours[front]), luminance(colours[back])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5, "WCAG 2 AA"


def test_a_real_index_answers_in_the_same_shape(real: FlaskClient) -> None:
    data = real.get(f"{SEARCH}?q=انهاء الدور القتالى").get_json()
    shaped(data, ENVELOPE)
    assert data["total"] == 1
    (result,) = data["results"]
    shaped(result, RESULT)
    assert "<mark>إنهاء</mark>" in result["title_html"]
    shaped(real.get(result["links"]["self"]).get_json()["article"], ARTICLE)
    assert real.get(f"{SEARCH}?per_page=20&sort=oldest").get_json()["pages"] == 3


def test_a_real_index_is_filtered_by_every_value_that_its_facets_name(real: FlaskClient) -> None:
    facets = real.get(SEARCH).get_json()["facets"]
    for name in ("source", "category"):
        for facet in facets[name]:
            assert real.get(SEARCH, query_string={name: facet["value"]}).get_json()["total"] == facet["count"]
    for facet in facets["year"]:
        asked = {"from": facet["value"], "to": facet["value"]}
        assert real.get(SEARCH, query_string=asked).get_json()["total"] == facet["count"]


@pytest.mark.parametrize("path", ["/", SEARCH])
def test_a_page_after_the_last_of_a_real_index_is_not_found(real: FlaskClient, path: str) -> None:
    assert real.get(f"{path}?q=مفاوضات&page=6").status_code == 404


@pytest.mark.parametrize("raw", ["q=\xff\xfe", "q=\xd8\xa7", "\xff=\xff", "q=%ED%A0%80"])
def test_raw_bytes_in_a_query_are_answered(real: FlaskClient, raw: str) -> None:
    """Servers other than gunicorn pass raw bytes on."""
    for path in ("/", SEARCH, "/articles/0000000000000000", "/nothing"):
        # The API refuses unknown parameters.
        assert real.get(path, environ_overrides={"QUERY_STRING": raw}).status_code in (200, 400, 404)


TEXTS = st.text(st.characters(exclude_categories=()), max_size=60)
HARM = st.text(st.sampled_from("\"'()|*~:=-\\/[]{}\x00\n\ud800\u202e%+&؟، ابجة«»"), max_size=40)


@given(q=TEXTS | HARM)
@example(q="\x00")
@example(q='"' * 500)
@example(q="(" * 999)
@example(q="ا" * 1_000)
@example(q="ب " * 500)
@settings(deadline=None)
def test_no_query_ever_fails(real: FlaskClient, q: str) -> None:
    asked = {"q": q.encode("utf-8", "replace").decode()}
    found = real.get(SEARCH, query_string=asked)
    assert found.status_code == (400 if len(asked["q"]) > 1_000 else 200)
    assert real.get("/", query_string=asked).status_code == 200
    for result in found.get_json()["results"][:1]:
        assert real.get(result["links"]["page"]).status_code == 200


@given(raw=st.text(st.sampled_from("%ED%A0%80%00%&=;+qfromsource[]٣ab0123456789"), max_size=60))
@example("q=%ff%fe%00")
@example("q=%")
@example("to=9999&from=9999-12")
@example("from=0001&to=0001")
@example("source=%00&category=%ff")
@settings(deadline=None)
def test_no_parameter_ever_fails(real: FlaskClient, raw: str) -> None:
    for path in ("/", SEARCH):
        assert real.get(f"{path}?{raw}").status_code in (200, 400, 404)


@given(name=TEXTS)
@example("..")
@example("%2e%2e%2f")
@example("a" * 5_000)
@example("ABCDEF0123456789")
@example("0\ud8000")
def test_an_id_of_any_form_is_not_found(real: FlaskClient, name: str) -> None:
    sent = name.encode("utf-8", "replace").decode()  # a lone surrogate becomes a question mark
    for path in ("/articles/", "/api/v1/articles/"):
        # The text after a question mark is a parameter, which the API refuses if it is unknown.
        refused = (404, 308, 400) if "?" in sent else (404, 308)
        assert real.get(path + sent).status_code in refused


@pytest.fixture(scope="module")
def gunicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The server as it is run, over a folder without an index."""
    with running_server(tmp_path_factory.mktemp("no-index")) as address:
        yield address


def test_an_over_long_address_is_refused_as_json_under_api(gunicorn: tuple[str, int]) -> None:
    head, body = exchange(gunicorn, request_line(b"/api/v1/search?q=" + b"x" * 9_000))
    assert head.startswith(b"HTTP/1.1 414 ")
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == "uri_too_long"


def test_an_over_long_address_is_refused_as_a_page_elsewhere(gunicorn: tuple[str, int]) -> None:
    head, body = exchange(gunicorn, request_line(b"/?q=" + b"x" * 9_000))
    assert head.startswith(b"HTTP/1.1 414 ")
    assert b"Content-Security-Policy" in head
    assert '<html lang="ar" dir="rtl">' in body.decode()


def test_an_address_may_hold_arabic_letters_as_they_are(gunicorn: tuple[str, int]) -> None:
    # This server has no index: the application's answer about that shows that the address reached it, and in which
    # form.
    head, body = exchange(gunicorn, request_line("/api/v1/search?sort=العراق".encode()))
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["param"] == "sort"
    head, _ = exchange(gunicorn, request_line(b"/articles/\xff"))
    assert head.startswith(b"HTTP/1.1 404 ")


def test_a_malformed_request_line_is_refused_with_advice(gunicorn: tuple[str, int]) -> None:
    head, body = exchange(gunicorn, request_line("/api/v1/search?q=جسر السنابل".encode()))
    assert head.startswith(b"HTTP/1.1 400 ")
    problem = json.loads(body)
    assert problem["code"] == "bad_request"
    assert "--data-urlencode" in problem["detail"]
    head, body = exchange(gunicorn, request_line(b"/articles/ x"))
    assert head.startswith(b"HTTP/1.1 400 ")
    assert '<html lang="ar" dir="rtl">' in body.decode()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        (b"X-Long: " + b"x" * 9_000, 431, "headers_too_large"),
        (b"\r\n".join(b"X-%d: x" % number for number in range(120)), 431, "headers_too_large"),
        (b"No colon", 400, "bad_request"),
        (b"Bad name\x00: x", 400, "bad_request"),
        (b"X: a\r\n folded", 400, "bad_request"),
        (b"Transfer-Encoding: gzip", 400, "bad_request"),
        (b"Content-Length: -1", 400, "bad_request"),
    ],
)
def test_invalid_headers_are_refused_like_other_invalid_requests(
    gunicorn: tuple[str, int], headers: bytes, status: int, code: str
) -> None:
    for path in (b"/api/v1/search", b"/"):
        head, body = exchange(gunicorn, b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % (path, headers))
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"Content-Security-Policy" in head
        if path != b"/":
            assert json.loads(body)["code"] == code


def test_the_server_reveals_little_about_itself(gunicorn: tuple[str, int]) -> None:
    head, body = exchange(gunicorn, request_line(b"/healthz"))
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body) == {"status": "ok"}
    assert b"Server: gunicorn\r\n" in head
