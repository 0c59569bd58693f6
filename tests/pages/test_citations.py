# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests references to articles: what other programs read from them is what the article says."""

from __future__ import annotations

import re
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from indexer.article import Article, Published
from tests.web_fixtures import BARE, HOSTILE, IRAQ, RLO, SHIPPING, Page, article, client_over
from web.pages.citations import bibtex, citation, line, ris

LINK = "https://fihrist.example/articles/0123456789abcdef"


def entry(made: str) -> dict[str, str]:
    """Returns the fields of the only BibTeX entry of ``made``."""
    library = parse_string(made)
    assert not library.failed_blocks
    assert len(library.blocks) == len(library.entries) == 1
    return {field.key: field.value for field in library.entries[0].fields}


def record(made: str) -> dict[str, Any]:
    """Returns the only RIS record of ``made``."""
    (found,) = rispy.loads(made)
    return dict(found)


def said(one: Article, language: str = "ar") -> str:
    """Returns the line that cites an article."""
    with client_over().application.test_request_context(f"/?lang={language}"):
        return "".join(map("".join, line(one, LINK)))


def test_the_line_names_author_title_source_date_and_address() -> None:
    assert said(IRAQ) == (
        "ليلى حداد. «بغداد وواشنطن تبحثان إنهاء الدور القتالي لقوات التحالف في العراق». "
        "شينخوا، 4 كانون الأول/ديسمبر 2021. https://news.example/iraq?id=1."
    )
    assert said(SHIPPING, "en") == f"“ميناء البصرة يستقبل سفينة Ever Given.” Gulf Wire, May 2023. {LINK}."
    assert said(BARE) == f"{LINK}."
    assert said(article("x", title="من ربح؟")) == f"«من ربح؟» {LINK}."


def test_quotation_marks_around_a_title_belong_to_the_line() -> None:
    one = article("x", title="Ever Given sails")
    for language, around in (("ar", ("«", "». ")), ("en", ("“", ".” "))):
        page = Page(client_over(one), f"/articles/{one.id}?lang={language}")
        assert f'{around[0]}<bdi dir="ltr">Ever Given sails</bdi>{around[1]}' in page.html


@pytest.mark.parametrize(
    ("value", "text", "fields", "stated"),
    [
        ("2023", "2023.", {"date": "2023", "year": "2023"}, "2023///"),
        ("2023-05", "أيار/مايو 2023.", {"date": "2023-05", "year": "2023", "month": "may"}, "2023/05//"),
        ("2023-05-14", "14 أيار/مايو 2023.", {"date": "2023-05-14", "year": "2023", "month": "may"}, "2023/05/14/"),
        (
            "2023-05-14T10:45:00+03:00",
            "14 أيار/مايو 2023.",
            {"date": "2023-05-14", "year": "2023", "month": "may"},
            "2023/05/14/",
        ),
    ],
)
def test_dates_have_the_precision_that_was_stated(value: str, text: str, fields: dict[str, str], stated: str) -> None:
    dated = article("x", title="", published=Published(value))
    assert said(dated) == f"{text} {LINK}."
    found = entry(bibtex(dated, LINK))
    assert {key: found[key] for key in found if key in ("date", "year", "month")} == fields
    assert record(ris(dated, LINK))["date"] == stated


def test_unknown_fields_are_left_out() -> None:
    assert set(entry(bibtex(BARE, LINK))) == {"url"}
    assert set(record(ris(BARE, LINK))) == {"type_of_reference", "urls", "id"}


def test_characters_that_affect_other_text_are_removed() -> None:
    with client_over().application.test_request_context("/"):
        made = citation(HOSTILE, LINK)
    for text in ("".join(map("".join, made.parts)), made.bibtex, made.ris):
        assert RLO not in text
        assert LINK in text, "the link is cited in place of an address that is not of the web"
    split = article("x", title="سطر\nER  - \r\n\u2028TY  - BOOK")
    assert record(ris(split, LINK))["title"] == "سطر ER - TY - BOOK"


TEXTS = st.text(st.characters() | st.sampled_from('{}\\%#$&_^~"@,=\n\r«»كتاب'), max_size=40)
ANY = st.builds(
    Article,
    id=st.just("0123456789abcdef"),
    title=TEXTS,
    body=st.just(""),
    path=st.just("/x"),
    source=TEXTS,
    author=TEXTS,
    url=st.one_of(st.just(""), TEXTS.map(lambda text: f"https://news.example/{text}")),
    published=st.none() | st.dates().map(lambda day: Published(day.isoformat())),
)


def letters(text: str) -> str:
    """Returns only the characters that no form of reference may change."""
    return "".join(re.findall(r"[0-9A-Za-z\u0620-\u064a]", text))


@given(ANY)
def test_any_article_becomes_valid_bibtex(any_article: Article) -> None:
    found = entry(bibtex(any_article, LINK))
    assert set(found) <= {"title", "author", "howpublished", "date", "year", "month", "url"}
    decode = LatexNodes2Text(keep_braced_groups=False).latex_to_text
    for name, value in (("title", any_article.title), ("author", any_article.author)):
        assert letters(decode(found.get(name, ""))) == letters(value)
    assert found["url"].isascii()
    assert not re.search(r"[{}\\\s]", found["url"])


@given(ANY)
def test_any_article_becomes_valid_ris(any_article: Article) -> None:
    made = ris(any_article, LINK)
    made.encode("utf-8")
    found = record(made)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", one) for one in made.split("\r\n")[:-1])
    assert letters(found.get("title", "")) == letters(any_article.title)
    assert "".join(map(letters, found.get("authors", ()))) == letters(any_article.author)


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("bib", "application/x-bibtex", "@misc{fihrist"),
        ("ris", "application/x-research-info-systems", "TY  - NEWS\r\n"),
    ],
)
def test_references_can_be_downloaded(form: str, kind: str, begins: str) -> None:
    client = client_over()
    answer = client.get(f"/articles/{SHIPPING.id}.{form}")
    assert (answer.status_code, answer.content_type) == (200, f"{kind}; charset=utf-8")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=fihrist-{SHIPPING.id}.{form}"
    assert answer.get_data(as_text=True).startswith(begins)
    again = client.get(f"/articles/{SHIPPING.id}.{form}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/articles/{'0' * 16}.{form}").status_code == 404
    assert client.get(f"/articles/none.{form}").status_code == 404
