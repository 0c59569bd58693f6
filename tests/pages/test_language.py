# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the interface in two languages: a complete catalogue, plural forms, links that keep the language, months,
digits."""

from __future__ import annotations

import ast
import re
from datetime import date
from urllib.parse import urlsplit

import pytest

from indexer.errors import UsageError
from tests.conftest import ROOT
from tests.messages import extracted, forms, translated
from tests.web_fixtures import IRAQ, MISTAKES, STATES, Page, client_over, parameters, text
from web.app import create_app
from web.texts import texts
from web.texts.language import current

ARABIC = re.compile("[\u0620-\u064a]")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def both(address: str, language: str) -> str:
    """Returns the address with the language added."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def test_every_message_is_translated_and_none_is_unused() -> None:
    catalogue = translated()
    ids = {(message.id, message.context) for message in catalogue if message.id}
    assert ids == {(message.id, message.context) for message in extracted() if message.id}
    for message in catalogue:
        assert all(forms(message)), f"without a translation: {message.id}; after `make messages`, write it there"
        assert not message.fuzzy


def test_translations_have_the_placeholders_of_their_messages() -> None:
    for message in translated():
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(message.id if isinstance(message.id, str) else message.id[1]))
        found = [set(PLACEHOLDER.findall(form)) for form in forms(message)]
        assert len(found) == (1 if isinstance(message.id, str) else 6), message.id
        # The plural forms for none, one and two express the number without digits.
        assert all(names == wanted for names in found[3:] or found), message.id
        assert all(names <= wanted for names in found), message.id


def test_no_arabic_stands_outside_the_catalogue() -> None:
    for path in (ROOT / "templates").glob("*.html"):
        assert not ARABIC.search(path.read_text(encoding="utf-8")), path
    found = set()
    for path in (ROOT / "web").rglob("*.py"):
        if path.parent == ROOT / "web" / "api":
            continue  # the examples of the API, which are in English except for their Arabic queries
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
            if ARABIC.search(node.value)
        }
    assert found == {"العربية"}  # the language's own name, which is the same in every language


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("path", [*STATES, *(path for path, _ in MISTAKES)])
def test_every_page_is_in_the_language_that_its_address_names(path: str, language: str, direction: str) -> None:
    client = client_over()
    address = both(path, language)
    page = Page(client, address, client.get(address).status_code)
    (root,) = page.all("html")
    assert (root.get("lang"), root.get("dir")) == (language, direction)
    assert page.text("title").endswith({"ar": "فهرست", "en": "Fihrist"}[language])
    # Links to other pages keep the language, except the link that switches it.
    for link in page.all("a"):
        address = link.get("href") or ""
        if (
            address.startswith("/") and not address.startswith("/api/") and link.get("rel") != "bookmark"
        ):  # citations are the same in any language
            named = parameters(address).get("lang", ["ar"])
            assert named == ([language] if link.get("hreflang") is None else [link.get("hreflang")]), address
    for form in page.all("form"):
        hidden = [field.get("value") for field in form.iter() if field.get("name") == "lang"]
        assert hidden == ([] if language == "ar" else ["en"])


def test_no_arabic_is_left_on_an_english_page() -> None:
    page = Page(client_over(), "/?q=word&lang=en")
    foreign = [text(element) for element in page.all("bdi")]
    rest = [word for word in text(page.all("body")[0]).split() if ARABIC.search(word)]
    assert [word for word in rest if word != "العربية" and not any(word in one for one in foreign)] == []


def test_the_switch_leads_to_the_same_page_in_the_other_language() -> None:
    page = Page(client_over(), "/?q=العراق&sort=newest&source=a&source=b")
    (switch,) = [link for link in page.all("a") if link.get("hreflang")]
    assert (switch.get("hreflang"), switch.get("lang"), text(switch)) == ("en", "en", "English")
    asked = {"q": ["العراق"], "sort": ["newest"], "source": ["a", "b"]}
    assert parameters(switch.get("href") or "") == {**asked, "lang": ["en"]}
    english = Page(client_over(), switch.get("href") or "")
    (back,) = [link for link in english.all("a") if link.get("hreflang")]
    assert (back.get("hreflang"), text(back)) == ("ar", "العربية")
    assert parameters(back.get("href") or "") == asked
    assert urlsplit(Page(client_over(), f"/articles/{IRAQ.id}").link("English")).path == f"/articles/{IRAQ.id}"
    assert Page(client_over(), "//evil.example/x", 404).link("English") == "/?lang=en"


@pytest.mark.parametrize("stated", ["lang=de", "lang=ar&lang=en", "lang=%00", "lang=<b>"])
def test_an_unknown_language_is_an_error(stated: str) -> None:
    page = Page(client_over(), f"/?{stated}", 400)
    assert "<code>lang=" in page.html
    assert client_over().get("/?lang=").status_code == 200


def test_settings_choose_the_language_the_digits_and_the_months(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {client_over().get("/").headers["ETag"]}
    monkeypatch.setenv("FIHRIST_LANGUAGE", "en")
    assert Page(client_over(), "/").all("html", lang="en")
    tags.add(client_over().get("/").headers["ETag"])
    monkeypatch.setenv("FIHRIST_LANGUAGE", "ar")
    monkeypatch.setenv("FIHRIST_DIGITS", "arabic-indic")
    monkeypatch.setenv("FIHRIST_MONTHS", "morocco")
    page = Page(client_over(), f"/articles/{IRAQ.id}")
    assert text(page.all("time")[0]) == "٤ دجنبر ٢٠٢١"
    assert page.all("time")[0].get("datetime") == "2021-12-04"
    assert "٤٧ نتيجة" in Page(client_over(), "/?q=مفاوضات").text("h1")
    assert "٪" in Page(client_over(), "/?q=مفاوضات&timeline=share").html
    assert not re.search("[٠-٩]%", Page(client_over(), "/?q=مفاوضات&timeline=share").html)
    assert "٤ December" not in Page(client_over(), f"/articles/{IRAQ.id}?lang=en").html
    tags.add(client_over().get("/").headers["ETag"])
    assert len(tags) == 3, "a cached page from before the change of settings is out of date"
    monkeypatch.setenv("FIHRIST_MONTHS", "mars")
    with pytest.raises(UsageError):
        create_app("x")


def test_months_have_the_names_of_iraq_and_egypt_and_english_ones() -> None:
    app = client_over().application
    with app.test_request_context("/"):
        assert len(current().months) == 12
        assert current().month(date(2023, 3, 1)) == "آذار/مارس 2023"
        assert current().number(1_234_567) == "1,234,567"
    with app.test_request_context("/?lang=en"):
        assert current().day(date(2023, 3, 1)) == "1 March 2023"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا نتائج"),
        (1, "نتيجة واحدة"),
        (2, "نتيجتان"),
        (3, "3 نتائج"),
        (10, "10 نتائج"),
        (11, "11 نتيجة"),
        (99, "99 نتيجة"),
        (100, "100 نتيجة"),
        (101, "101 نتيجة"),
        (102, "102 نتيجة"),
        (103, "103 نتائج"),
        (111, "111 نتيجة"),
        (1_005, "1,005 نتائج"),
    ],
)
def test_plural_forms_agree_with_the_number(number: int, said: str) -> None:
    with client_over().application.test_request_context("/"):
        assert texts.counted_results(number) == said


def test_the_accusative_after_eleven_to_ninety_nine_is_written() -> None:
    with client_over().application.test_request_context("/"):
        assert texts.counted_articles(11) == "11 مقالاً"
        assert texts.counted_articles(200) == "200 مقال"
        assert texts.archive_holds(2, 2) == "في الأرشيف مقالان من مصدرين."
        assert texts.archive_holds(40, 1) == "في الأرشيف 40 مقالاً من مصدر واحد."
        assert texts.archive_holds(0, 0) == "الأرشيف خالٍ"
        assert texts.archive_holds(3, 0) == "في الأرشيف 3 مقالات."


@pytest.mark.parametrize(
    ("number", "most", "said"),
    [
        (1, True, "نتيجة واحدة تضمّ معظم كلمات البحث"),
        (2, True, "نتيجتان تضمّان معظم كلمات البحث"),
        (3, True, "3 نتائج تضمّ معظم كلمات البحث"),
        (11, True, "11 نتيجة تضمّ معظم كلمات البحث"),
        (100, True, "100 نتيجة تضمّ معظم كلمات البحث"),
        (2, False, "نتيجتان تضمّان بعض كلمات البحث"),
        (12, False, "12 نتيجة تضمّ بعض كلمات البحث"),
    ],
)
def test_how_many_match_in_part_agrees_in_number(number: int, most: bool, said: str) -> None:
    with client_over().application.test_request_context("/"):
        assert texts.partial_results(number, most=most) == said


def test_english_plural_forms_agree_too() -> None:
    with client_over().application.test_request_context("/?lang=en"):
        assert [texts.counted_results(number) for number in (0, 1, 1_500)] == [
            "No results",
            "1 result",
            "1,500 results",
        ]
        assert texts.archive_holds(3, 1) == "The archive holds 3 articles from 1 source."
