# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests copies in a cluster, with a cluster in memory: runs give the clusters that building anew gives."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from indexer.arabic.analyser import Analyser
from indexer.article import Article, article_id
from indexer.engine.opensearch.copies import older
from tests.engine.documents_in_memory import DocumentsInMemory
from tests.engine.edited_copies import copies, notices
from tests.engine.runs_of_copies import RunsOfCopies
from tests.engine.test_copies import CHANGES, article, clusters_of, story, texts

__all__ = ["texts"]

FIRST = date(2021, 3, 1)


def started(analyser: Analyser) -> RunsOfCopies:
    return RunsOfCopies(DocumentsInMemory(), "news", analyser)


def anew(articles: Iterable[Article], analyser: Analyser) -> dict[str, str]:
    """The clusters of these articles, computed at once and without a cluster."""
    ordered = sorted(articles, key=lambda one: one.id)
    heads = clusters_of(ordered, analyser)
    return {one.id: ordered[head].id for one, head in zip(ordered, heads, strict=True)}


@pytest.fixture(params=["asks", "reads all"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a run learns of older articles that may be copies: what it decides by their number is set here."""
    monkeypatch.setattr(older, "_ALL", {"asks": 1e9, "reads all": 0.0}[request.param])
    return str(request.param)


@pytest.mark.parametrize("share", [0.0, 1e9])
@settings(max_examples=60)
@given(CHANGES)
def test_runs_give_the_clusters_of_building_anew(
    analyser: Analyser, texts: list[tuple[str, str]], share: float, changes: list[list[int]]
) -> None:
    runs = started(analyser)
    before: dict[int, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(older, "_ALL", share)
        for change in changes:
            wanted = {key: text for key, text in enumerate(change) if text < len(texts)}
            gone = [article_id(str(key)) for key in before if key not in wanted]
            added = [key for key in wanted if wanted[key] != before.get(key)]
            runs.run([article(str(key), texts[wanted[key]][0], when=texts[wanted[key]][1]) for key in added], gone)
            before = wanted
            found = [article(str(key), texts[text][0], when=texts[text][1]) for key, text in before.items()]
            assert runs.clusters() == anew(found, analyser)


def archive(chance: random.Random) -> list[Article]:
    """Stories with edited copies, and notices whose wordings recur, each in a source and on a day."""
    stories = [(f"خبر {number}", story(chance.randrange(10**6), 80)) for number in range(12)]
    found = []
    for each in range(3):
        for number, text in enumerate(copies(stories, seed=chance.randrange(10**6))):
            day = FIRST + timedelta(30 * text.family + chance.choice([0, 0, 1, 3, 7, 20]))
            found.append(article(f"{each} {number}", text.body, f"مصدر {each}", day.isoformat(), text.title))
    for number, body in enumerate(notices(24, seed=chance.randrange(10**6))):
        day = FIRST + timedelta(chance.randrange(60))
        found.append(article(f"n {number}", body, "نشرة", day.isoformat()))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_an_archive_of_edited_copies_is_clustered_alike_in_one_run_and_in_many(
    analyser: Analyser, seed: int, way: str
) -> None:
    chance = random.Random(seed)
    articles = archive(chance)
    chance.shuffle(articles)
    runs = started(analyser)
    present: dict[str, Article] = {}
    for at in range(0, len(articles), 16):
        added = articles[at : at + 16]
        # Notices stay: what recurs stays known, although the evidence is gone.
        deleted = [one for one in present if present[one].source != "نشرة" and chance.random() < 0.1]
        runs.run(added, deleted)
        present = {one: text for one, text in present.items() if one not in deleted} | {one.id: one for one in added}
        assert runs.clusters() == anew(present.values(), analyser)
    assert len(set(runs.clusters().values())) < 0.7 * len(present)
