# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what readers and programs see of copies: one result for each cluster, its copies, and the words that differ."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article, article_id
from indexer.search.answers.copy_differences import MOST_WORDS, Piece, compared
from indexer.search.archive import Archive
from tests.web_fixtures import XHTML, Page, arabic, client_of, text

# A story of the sample in three papers, with different headlines and spellings.
PRESS = "عجلون"


@pytest.fixture(scope="module")
def client(sample_archive: Archive) -> FlaskClient:
    return client_of(sample_archive)


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    data: dict[str, Any] = client.get(path).get_json(force=True)
    return data


def article(body: str, title: str = "", key: str = "a") -> Article:
    return Article(article_id(key), title, body, f"/{key}")


def test_copies_are_one_result_unless_all_are_requested(client: FlaskClient) -> None:
    one, every = (get(client, f"/api/v1/search?q={PRESS}{more}") for more in ("", "&collapse=0"))
    assert every["total"] == one["total"] + 2
    first = one["results"][0]
    assert first["cluster"]["size"] == 3
    copies = [result["id"] for result in every["results"] if result["cluster"] == first["cluster"]]
    assert len(copies) == 3
    assert first["cluster"]["id"] == min(copies)
    assert sum(facet["count"] for facet in every["facets"]["source"]) == every["total"]
    assert "collapse" not in (one["next"] or "")
    assert get(client, "/api/v1/search?collapse=2")["param"] == "collapse"


def test_the_page_of_results_leads_to_the_copies(client: FlaskClient) -> None:
    page = Page(client, f"/?q={PRESS}")
    (unfolded,) = page.all("details", class_="unfolded")
    assert text(unfolded).startswith("+2 نسخة")
    assert len([link for link in unfolded.iter(XHTML + "a") if "?q=" in (link.get("href") or "")]) == 3
    listed = Page(client, page.link(arabic("Compare the copies")).partition("#")[0])
    (section,) = listed.all("section", id="copies")
    assert "نسختان" in text(section)
    assert len(listed.all("ins")) > 5
    assert len(listed.all("del")) > 5
    # A screen reader tells what lines under and through words mean.
    assert all(text(change).startswith(arabic("[added:]")) for change in listed.all("ins"))
    assert all(text(change).startswith(arabic("[removed:]")) for change in listed.all("del"))
    others = [a.get("href") or "" for a in listed.all("a") if text(a) == arabic("Differences")]
    assert len(others) == 2
    changes = {tuple(map(text, Page(client, href.partition("#")[0]).all("ins"))) for href in others}
    assert len(changes) == 2, "each copy differs in its own way"
    assert "compare" not in listed.link(arabic("Permanent link"))


def test_all_copies_can_be_requested_and_collapsed_again(client: FlaskClient) -> None:
    every = Page(client, Page(client, f"/?q={PRESS}").link(arabic("Every copy a result of its own")))
    assert not [a for a in every.all("a") if "نسخة" in text(a) and "+" in text(a)]
    chips = [
        a for a in every.all("a") if arabic("Every copy a result of its own") in text(a) and arabic("Remove") in text(a)
    ]
    assert len(chips) == 1
    assert "collapse" not in (chips[0].get("href") or "")


def test_an_article_names_its_copies(client: FlaskClient) -> None:
    ours = get(client, f"/api/v1/search?q={PRESS}")["results"][0]
    article = get(client, f"/api/v1/articles/{ours['id']}")["article"]
    assert article["cluster"] == ours["cluster"]
    assert len(article["copies"]) == 2
    assert article["comparison"] is None
    other = article["copies"][1]["id"]
    comparison = get(client, f"/api/v1/articles/{ours['id']}?compare={other}")["article"]["comparison"]
    assert comparison["id"] == other
    assert comparison["whole"] is True
    theirs = get(client, f"/api/v1/articles/{other}")["article"]["body"]
    pieces = [piece for paragraph in comparison["paragraphs"] for piece in paragraph]
    assert words(Piece(**piece) for piece in pieces if piece["change"] != "removed") == theirs.split()


@pytest.mark.parametrize("compare", ["0" * 16, "x", "<script>", "%ff"])
def test_only_copies_are_compared(client: FlaskClient, compare: str) -> None:
    ours = get(client, f"/api/v1/search?q={PRESS}")["results"][0]
    assert client.get(f"/articles/{ours['id']}?compare={compare}").status_code == 400
    assert client.get(f"/api/v1/articles/{ours['id']}?compare={compare}").status_code == 400


def test_an_article_alone_has_no_section_of_copies(client: FlaskClient) -> None:
    alone = next(r for r in get(client, "/api/v1/search")["results"] if r["cluster"]["size"] == 1)
    assert alone["cluster"]["id"] == alone["id"]
    assert not Page(client, f"/articles/{alone['id']}").all("section", id="copies")
    assert get(client, f"/api/v1/articles/{alone['id']}")["article"]["copies"] == []


def words(pieces: Any) -> list[str]:
    return " ".join(piece.text for piece in pieces).split()


TEXT = st.lists(st.sampled_from(["أ", "ب", "ت", "\n", " ", "  ", "\n\n", "\u2028"]), max_size=30).map(" ".join)


@given(TEXT, TEXT)
def test_a_comparison_holds_every_word_of_both(mine: str, theirs: str) -> None:
    paragraphs = compared(article(mine), article(theirs, key="b")).paragraphs
    pieces = [piece for paragraph in paragraphs for piece in paragraph]
    assert words(piece for piece in pieces if piece.change != "added") == mine.split()
    assert words(piece for piece in pieces if piece.change != "removed") == theirs.split()
    assert all("\n" not in piece.text for piece in pieces)


def test_differences_are_shown_word_by_word() -> None:
    found = compared(
        article("قال الوزير أمس.\nفقرة ثانية.", "خبر أول"), article("قال الوزير اليوم.\nفقرة ثانية.", "خبر ثان", "b")
    )
    assert found.title == (Piece("same", "خبر "), Piece("removed", "أول "), Piece("added", "ثان"))
    assert found.paragraphs == (
        (Piece("same", "قال الوزير "), Piece("removed", "أمس. "), Piece("added", "اليوم.")),
        (Piece("same", "فقرة ثانية."),),
    )


def test_a_difference_in_spelling_alone_is_none() -> None:
    mine, theirs = "أكّدت القوات الأمريكية «إنهاء» المهمّة،", 'اكدت القوات الامريكيه "انهــاء" المهمة, أمس'
    found = compared(article(mine), article(theirs, key="b"))
    assert found.paragraphs == ((Piece("same", 'اكدت القوات الامريكيه "انهــاء" المهمة, '), Piece("added", "أمس")),)


def test_differences_have_the_direction_of_the_text_in_any_language(client: FlaskClient) -> None:
    listed = Page(client, f"/?q={PRESS}&lang=en").link("Compare the copies").partition("#")[0]
    (shown,) = Page(client, listed).all("div", class_="differences")
    assert {paragraph.get("dir") for paragraph in shown} == {"rtl"}
    assert not [change for change in shown.iter(XHTML + "del") if "".join(change.itertext()).endswith(" ")]


@pytest.mark.parametrize("kinds", [1, 2, 5, 100, 10**6])
def test_long_texts_are_compared_in_bounded_time(kinds: int) -> None:
    bodies = [" ".join(f"ك{number * step % kinds}" for number in range(100_000)) for step in (7, 11)]
    started = time.thread_time()
    found = compared(article(bodies[0]), article(bodies[1], key="b"))
    assert time.thread_time() - started < 4
    assert not found.whole
    assert len(words(piece for piece in found.paragraphs[0] if piece.change != "added")) == MOST_WORDS
