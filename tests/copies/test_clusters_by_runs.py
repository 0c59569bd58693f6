# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests copies in a cluster: runs give the clusters that building anew gives.

Most tests use a cluster in memory. The one on nodes shows that real nodes answer alike.
"""

from __future__ import annotations

import pickle
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from indexer.arabic.analyser import Analyser
from indexer.article import Article, article_id
from indexer.engine.copies.judging import Judgement
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.engine.opensearch.copies import comparing, connecting, older
from indexer.engine.opensearch.copies.comparing import PairsToJudge
from indexer.engine.opensearch.copies.finding import RunOfCopies
from indexer.engine.opensearch.copies.older import Membership
from indexer.engine.opensearch.copies.sketches import sketches_index
from indexer.engine.opensearch.copies.table import OwnSketches
from indexer.errors import DamagedIndexError
from tests.copies.documents_in_memory import DocumentsInMemory
from tests.copies.runs_of_copies import RunsOfCopies
from tests.engine.edited_copies import copies, notices
from tests.engine.test_copies import CHANGES, article, clusters_of, story, texts

__all__ = ["texts"]

FIRST = date(2021, 3, 1)


@pytest.fixture
def runs(analyser: Analyser) -> RunsOfCopies:
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
    runs = RunsOfCopies(DocumentsInMemory(), "news", analyser)
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


def follow(runs: RunsOfCopies, seed: int, analyser: Analyser, size: int = 16) -> None:
    """Builds an archive run by run, with deletions, and compares each generation with one that is built anew."""
    chance = random.Random(seed)
    articles = archive(chance)
    chance.shuffle(articles)
    present: dict[str, Article] = {}
    for at in range(0, len(articles), size):
        added = articles[at : at + size]
        # Notices stay: what recurs stays known, although the evidence is gone.
        deleted = [one for one in present if present[one].source != "نشرة" and chance.random() < 0.1]
        runs.run(added, deleted)
        present = {one: text for one, text in present.items() if one not in deleted} | {one.id: one for one in added}
        assert runs.clusters() == anew(present.values(), analyser)
    assert len(set(runs.clusters().values())) < 0.7 * len(present)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("way")
def test_an_archive_of_edited_copies_is_clustered_alike_in_one_run_and_in_many(
    analyser: Analyser, runs: RunsOfCopies, seed: int
) -> None:
    follow(runs, seed, analyser)


def test_pairs_may_be_judged_elsewhere(analyser: Analyser, runs: RunsOfCopies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_PAIRS", 3)
    sent: list[bytes] = []

    def judging(parts: Iterable[PairsToJudge]) -> Iterator[list[Judgement]]:
        sent.extend(map(pickle.dumps, parts))
        return (pickle.loads(part).judged(analyser, runs.read) for part in sent)

    articles = archive(random.Random(9))
    run = RunOfCopies(1, 0, OwnSketches(), set())
    runs.number = 1
    runs.send(articles, run)
    here = runs.changes(run)
    there = runs.changes(run, judging)
    assert len(sent) > 5
    assert there.memberships == here.memberships
    assert sorted(there.documents()) == sorted(here.documents())


@pytest.mark.usefixtures("way")
def test_nodes_answer_as_the_cluster_in_memory(analyser: Analyser, cluster_address: str) -> None:
    runs = on_nodes(cluster_address, analyser)
    follow(runs, 7, analyser, 40)
    runs.cluster.close()


def on_nodes(address: str, analyser: Analyser) -> RunsOfCopies:
    """Returns runs into new indexes at ``address``."""
    where = ClusterAddress.parse(address)
    runs = RunsOfCopies(ClusterClient(where), where.name, analyser)
    types = {"id": "keyword", "cluster": "keyword", "added": "integer", "removed": "integer", "copied": "boolean"}
    properties = {name: {"type": kind} for name, kind in types.items()} | {
        "article": {"type": "keyword", "index": False, "doc_values": False}
    }
    runs.cluster.send("PUT", f"/{runs.indexes.articles}", {"mappings": {"dynamic": "strict", "properties": properties}})
    runs.cluster.send("PUT", f"/{runs.indexes.sketches}", sketches_index(2, 0))
    return runs


def ordered(*texts: tuple[str, str]) -> list[Article]:
    """Articles with these texts and dates, in the order of their ids: a pair is noted with the later one."""
    ids = sorted(article_id(str(number)) for number in range(len(texts)))
    return [replace(article("", text, when=when), id=own) for own, (text, when) in zip(ids, texts, strict=True)]


def again(*articles: Article) -> list[Article]:
    """New versions with the same text."""
    return [replace(one, path=one.path + "/again") for one in articles]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_new_version_with_the_same_text_stays_in_its_cluster(
    analyser: Analyser, runs: RunsOfCopies, gone: int
) -> None:
    articles = ordered(*[(story(1), "")] * 3)
    runs.run(articles)
    for each in articles:
        changes = runs.run(again(each))
        assert dict(changes.memberships) == {each.id: Membership(articles[0].id, copied=True)}
        assert set(runs.clusters().values()) == {articles[0].id}
    # What was noted before the new versions still counts, also for newer versions of the same run.
    deleted = articles.pop(gone)
    runs.run(again(articles[0]), [deleted.id])
    assert runs.clusters() == anew(articles, analyser)
    runs.run(again(articles[1]), [articles[0].id])
    assert runs.clusters() == {articles[1].id: articles[1].id}


@pytest.mark.usefixtures("way")
def test_a_new_version_stays_with_a_copy_that_lost_another_one(analyser: Analyser, runs: RunsOfCopies) -> None:
    words = story(1, 100).split()
    articles = ordered(*[(" ".join(words[at : at + 60]), "") for at in (0, 20, 40)])
    runs.run(articles)
    assert set(runs.clusters().values()) == {articles[0].id}
    runs.run(again(articles[2]), [articles[0].id])
    assert runs.clusters() == anew(articles[1:], analyser)
    assert set(runs.clusters().values()) == {articles[1].id}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("changed", [0, 1])
def test_a_noted_pair_ends_with_the_text(analyser: Analyser, runs: RunsOfCopies, changed: int) -> None:
    one, two, three = articles = ordered((story(1), ""), (story(1), ""), (story(1), ""))
    runs.run([one, two])
    articles[changed] = replace(articles[changed], body=story(2))
    runs.run([articles[changed]])
    runs.run([three])
    assert runs.clusters() == anew(articles, analyser)
    # The first text comes back, and with it the pair.
    runs.run([one, two])
    assert runs.clusters() == anew([one, two, three], analyser)


@pytest.mark.usefixtures("way")
def test_a_recurring_wording_stays_a_formula(runs: RunsOfCopies) -> None:
    words = story(1).split()
    bodies = [" ".join([*words[:24], *story(seed).split()[:14], *words[24:42]]) for seed in (2, 3, 4, 5)]
    dates = ("2020-05-01", "2020-05-02", "2021-05-01", "2022-05-01")
    articles = [article(when, body, when=when) for body, when in zip(bodies, dates, strict=True)]
    runs.run(articles[:2])
    assert len(set(runs.clusters().values())) == 1
    for later in articles[2:]:
        runs.run([later])
        assert len(set(runs.clusters().values())) == len(runs.clusters())
    runs.run([], [later.id for later in articles[2:]])
    for each in articles[:2]:
        runs.run(again(each))
    assert len(set(runs.clusters().values())) == 2
    assert [source.get("recurring") for source in runs.sketches()] == [True, True]


def test_copies_of_about_the_same_day_are_not_crowded_out(runs: RunsOfCopies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older, "_ALL", 1e9)
    monkeypatch.setattr(older, "NEAR", 1)
    near, new = article("near", story(1) + " وكالات", when="2020-05-02"), article("new", story(1), when="2020-05-01")
    runs.run([near, *(article(str(year), story(1), when=f"{year}-05-01") for year in range(2000, 2006))])
    runs.run([new])
    assert runs.clusters()[new.id] == runs.clusters()[near.id]


def test_a_run_after_a_rollback_sees_nothing_of_what_was_left(analyser: Analyser, runs: RunsOfCopies) -> None:
    one, two, both = (
        article(name, body) for name, body in [("1", story(1)), ("2", story(2)), ("3", story(1) + story(2))]
    )
    runs.run([one, two])
    before = runs.base
    runs.run([both], [])
    assert len(set(runs.clusters().values())) == 1
    runs.base, runs.excluded = before, (2,)
    other = article("4", story(1))
    runs.run([other], [])
    assert runs.clusters() == anew([one, two, other], analyser)
    runs.run([both], [one.id])
    assert runs.clusters() == anew([two, other, both], analyser)


def test_a_run_that_continues_takes_back_what_it_no_longer_means(analyser: Analyser, runs: RunsOfCopies) -> None:
    one, two, three = (article(name, story(1), when="2020-01-01") for name in "abc")
    runs.run([one, two])
    runs.number = 2
    begun = RunOfCopies(2, 0, OwnSketches(), {one.id})
    runs.send([three], begun)
    runs.note(runs.changes(begun))
    for index in runs.indexes:
        runs.cluster.refresh(index)
    own = OwnSketches.load(runs.cluster, runs.indexes.sketches, 2)
    assert own.continued
    continued = RunOfCopies(2, 1, own, set())
    runs.write(continued, runs.changes(continued), {three.id: three})
    runs.publish()
    assert runs.clusters() == anew([one, two, three], analyser)
    later = article("d", story(1), when="2020-01-02")
    runs.run([later], [two.id, three.id])
    assert runs.clusters() == anew([one, later], analyser)


@pytest.mark.parametrize("steps", [1, 2, 12])
def test_a_long_chain_is_followed_for_some_steps(
    runs: RunsOfCopies, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(connecting, "STEPS", steps)
    monkeypatch.setattr(older, "_ALL", 1e9)
    words = story(1, 600).split()
    chain = [article(f"{at}", " ".join(words[at : at + 60])) for at in range(0, 500, 20)]
    runs.run(chain)
    linked = sum(size > 1 for size in Counter(runs.clusters().values()).values())
    assert linked >= 5, "the chain has several clusters"
    asked = runs.cluster.requests
    begun = RunOfCopies(2, 0, OwnSketches(), {chain[12].id})
    runs.changes(begun)
    assert runs.cluster.requests - asked <= 3 * steps + 22
    runs.run([], [chain[12].id])
    assert len(runs.clusters()) == len(chain) - 1


@pytest.mark.parametrize("size", [40, 400])
def test_the_requests_of_a_run_do_not_depend_on_the_size_of_the_archive(
    runs: RunsOfCopies, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(older, "_ALL", 1e9)
    runs.run([article(str(number), story(number)) for number in range(size)])
    own = OwnSketches()
    new = [article("new", story(7)), article("other", story(10**6))]
    runs.number = 2
    runs.send(new, RunOfCopies(2, 0, own, set()))
    asked = runs.cluster.requests
    changes = runs.changes(RunOfCopies(2, 0, own, {article_id("9")}))
    assert runs.cluster.requests - asked <= 20
    assert changes.memberships.keys() == {article_id("new"), article_id("7")}


def test_an_article_without_its_document_is_damage(runs: RunsOfCopies) -> None:
    one, two = article("a", story(1)), article("b", story(1))
    runs.run([one])
    assert isinstance(runs.cluster, DocumentsInMemory)
    runs.cluster.written[runs.indexes.articles].clear()
    runs.cluster.refresh(runs.indexes.articles)
    with pytest.raises(DamagedIndexError, match="lacks"):
        runs.run([two])
