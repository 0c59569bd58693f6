# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what readers and programs see of stories."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import chain

import pytest
from flask.testing import FlaskClient

from indexer.article import Article
from indexer.engine.memory.store import MemoryStore
from indexer.search.answers.story_told import story_of
from indexer.search.archive import Archive
from tests.contract import made, publish
from tests.stories.invented import events
from tests.web_fixtures import Page, arabic, client_of, text

TOLD = events(20, random.Random(4))
COPIED = replace(TOLD[0][0], id="00000000000000aa", source="الوطن")
LONE = made("lone", "نص بلا قصة", "لا يروي هذا النص خبراً رواه غيره قط.", "2023-03-09")


@pytest.fixture(scope="module")
def archive() -> Archive:
    store = MemoryStore()
    publish(store, [*chain.from_iterable(TOLD), COPIED, LONE])
    return Archive(store)


@pytest.fixture(scope="module")
def client(archive: Archive) -> FlaskClient:
    return client_of(archive)


def test_a_story_is_told_from_its_first_article_on(client: FlaskClient) -> None:
    first, second, third = TOLD[1]
    found = client.get(f"/api/v1/articles/{second.id}/story").get_json()
    assert [one["id"] for one in found["articles"]] == [first.id, second.id, third.id]
    story = {"id": first.id, "articles": 3, "sources": 3, "begun": "2023-03-03", "ended": "2023-03-05"}
    assert found["story"] == story
    assert found["article"]["id"] == second.id
    assert found["unlisted"] == 0
    opening, *later = found["articles"]
    assert opening["words"] == []
    assert opening["added"][0] in first.body
    for one, article in zip(later, (second, third), strict=True):
        assert one["words"]
        assert all(sentence in article.body for sentence in one["added"])
    name = first.title.split()[-1]
    assert not any(name in one["words"] for one in later)
    results = client.get("/api/v1/search", query_string={"q": name}).get_json()["results"]
    assert {one["id"] for one in results} >= {first.id, third.id}
    assert all(one["story"] == story for one in results)
    assert client.get(f"/api/v1/articles/{third.id}").get_json()["article"]["story"] == story


def test_a_copy_is_folded_into_what_it_repeats(client: FlaskClient) -> None:
    found = client.get(f"/api/v1/articles/{TOLD[0][2].id}/story").get_json()
    assert found["story"]["articles"] == 4
    assert len(found["articles"]) == 3
    repeated = found["articles"][0]
    assert {repeated["id"], *(one["id"] for one in repeated["repeated_by"])} == {TOLD[0][0].id, COPIED.id}


def test_an_article_may_have_no_story(client: FlaskClient) -> None:
    found = client.get(f"/api/v1/articles/{LONE.id}/story").get_json()
    assert (found["story"], found["articles"]) == (None, [])
    assert client.get(f"/api/v1/articles/{LONE.id}").get_json()["article"]["story"] is None
    assert client.get(f"/articles/{LONE.id}/story").status_code == 404
    for path in ("/articles/0123/story", "/articles/ffffffffffffffff/story", "/api/v1/articles/ffffffffffffffff/story"):
        assert client.get(path).status_code == 404
    stats = client.get("/api/v1/stats").get_json()
    assert (stats["story_count"], stats["story_articles"]) == (20, 61)


def test_copies_alone_are_no_story() -> None:
    store = MemoryStore()
    publish(store, [TOLD[0][0], COPIED, *chain.from_iterable(TOLD[1:])])
    opened = store.open()
    info = Archive(store).info()
    assert story_of(opened.searcher, COPIED, info).story is None
    assert story_of(opened.searcher, TOLD[1][0], info).story is not None


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_pages_lead_to_the_story(client: FlaskClient, lang: str) -> None:
    first, second, _ = TOLD[2]
    said = {"ar": "3 مقالات من 3 مصادر، 5–7 آذار/مارس 2023", "en": "3 articles from 3 sources, 5–7 March 2023"}[lang]
    name = first.title.split()[-1]
    for path in (f"/?q={name}&lang={lang}", f"/articles/{second.id}?q={name}&lang={lang}"):
        html = client.get(path).get_data(as_text=True)
        assert said in html
        assert f"/articles/{second.id}/story?q=" in html
    page = Page(client, f"/articles/{second.id}/story?q={name}&lang={lang}")
    assert said in text(page.root)
    heading = "القصة" if lang == "ar" else "Story"
    assert heading in text(page.root)
    assert arabic("Story") == "القصة"


def test_a_hostile_article_cannot_break_the_page(client: FlaskClient) -> None:
    store = MemoryStore()
    hostile: list[Article] = [replace(one, title=f"<script>{one.title}</script>") for one in TOLD[3]]
    publish(store, [*hostile, *chain.from_iterable(TOLD[4:])])
    page = client_of(Archive(store)).get(f"/articles/{hostile[0].id}/story").get_data(as_text=True)
    assert f"<script>{TOLD[3][0].title[:5]}" not in page
    assert "&lt;script&gt;" in page
