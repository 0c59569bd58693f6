# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests copies: which articles form a cluster, how clusters follow changes of the archive, and their effect on
searches."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.article import Article, Published, article_id
from indexer.columns import ChosenNames, Order
from indexer.engine.base import Searcher
from indexer.engine.copies import joining, pairs, sketches
from indexer.engine.copies.candidates import PairShare, Sketched
from indexer.engine.copies.joining import CopyPairs
from indexer.engine.local.clusters import clusters
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import Filters, Ranked, TermQuery
from indexer.errors import DamagedIndexError, NotFoundError
from tests.asking import page
from tests.conftest import ROOT
from tests.engine.edited_copies import EDITS, Text, notices
from tests.engine.edited_copies import copies as edited

ANT = ROOT.parent / "shared" / "data" / "ant_v1.1.jsonl.gz"
EVERYTHING = Filters()
SENTENCE = "اعلن الوزير اليوم عن خطة جديدة لإصلاح الطرق في المدينة وقال إن العمل يبدأ غدا بعد موافقة المجلس"
WORDS = SENTENCE.split()


def story(seed: int, words: int = 60) -> str:
    """Returns a different text for each seed."""
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(words)) + "."


def article(key: str, body: str, source: str = "", when: str = "", title: str = "خبر") -> Article:
    return Article(article_id(key), title, body, f"/{key}", source, published=Published(when) if when else None)


def sketched(articles: Sequence[Article], analyser: Analyser) -> Sketched:
    number: dict[str, int] = {}
    words, docs = [], []
    for doc, each in enumerate(articles):
        for word in analyser.words(each.body)[0]:
            words.append(number.setdefault(word.folded, len(number)))
            docs.append(doc)
    made = sketches.sketch_columns(np.array(words, int), np.array(docs, int), list(number), articles)
    return Sketched(made.sketches, made.shingles, made.days.astype(int))


def clusters_of(articles: Sequence[Article], analyser: Analyser, of: int = 1) -> list[int]:
    """Returns the cluster of each of ``articles``, computed in ``shares`` parts."""
    known, everything = sketched(articles, analyser), np.ones(len(articles), bool)
    read = articles.__getitem__
    found = [pairs.find_pairs(known, everything, read, analyser, PairShare(number, of)) for number in range(of)]
    judge = pairs.TextJudge(known, read, analyser)
    together = CopyPairs.together(each.pairs for each in found)
    recurring = np.logical_or.reduce([each.recurring for each in found])
    heads = joining.heads(np.arange(len(articles)), together, recurring, everything, judge)
    return [int(head) for head in heads]


def clustered(bodies: Sequence[str], analyser: Analyser, of: int = 1) -> list[int]:
    """Returns the cluster of each of several articles without dates that have these ``bodies``, computed in
    ``shares`` parts."""
    return clusters_of([article(str(number), body) for number, body in enumerate(bodies)], analyser, of)


def measured(
    texts: Sequence[Text], days: Sequence[str], analyser: Analyser
) -> tuple[float, float, dict[str, int], int]:
    """Returns precision and recall of pairs, the missed pairs by edit, and how many pairs of originals were joined.

    ``days`` are those of the originals, the first families of ``texts``. Pairs of originals, and pairs that are joined
    only through them, are real copies within the archive, not made by an edit.
    """
    found: dict[int, list[int]] = defaultdict(list)
    # The originals belong to one outlet, and each edit to another one.
    articles = [
        article(str(number), text.body, text.edit, days[text.family] if text.family < len(days) else "")
        for number, text in enumerate(texts)
    ]
    for doc, cluster in enumerate(clusters_of(articles, analyser)):
        found[cluster].append(doc)
    pairs = [pair for members in found.values() for pair in combinations(members, 2)]
    families = [(texts[one].family, texts[other].family) for one, other in pairs]
    right = sum(one == other for one, other in families)
    edits = [(texts[one].edit, texts[other].edit) for one, other in pairs]
    own = {pair for pair, edit in zip(families, edits, strict=True) if edit == ("original", "original")}
    wrong = sum(one != other and (one, other) not in own and (other, one) not in own for one, other in families)
    missed = dict.fromkeys(EDITS, 0)
    together = {
        (texts[one].family, texts[other].edit) for one, other in pairs if texts[one].family == texts[other].family
    }
    made = [text for text in texts if text.edit in EDITS]
    for text in made:
        missed[text.edit] += (text.family, text.edit) not in together
    return right / max(1, right + wrong), 1 - sum(missed.values()) / len(made), missed, len(own)


def negatives(count: int) -> list[Text]:
    return [Text(10**6 + number, "نشرة", body, "notice") for number, body in enumerate(notices(count))]


def ant() -> list[tuple[str, str, str]]:
    """Returns title, body and day of each article of the corpus that is long enough."""
    if not ANT.exists():
        pytest.skip("../shared/data is absent")
    with gzip.open(ANT, "rt", encoding="utf-8", newline="\n") as lines:
        texts = [json.loads(line) for line in lines]
    return [(text["title"], text["body"], text["date"][:10]) for text in texts if len(text["body"].split()) >= 40]


def copied(
    articles: Sequence[tuple[str, str, str]], analyser: Analyser, notices: int
) -> tuple[float, float, dict[str, int], int]:
    """Returns the result of `measured` for these articles, their copies, and ``count`` notices."""
    texts = [*edited([(title, body) for title, body, _ in articles]), *negatives(notices)]
    return measured(texts, [day for _, _, day in articles], analyser)


def test_edited_copies_are_found_and_nothing_else(analyser: Analyser) -> None:
    precision, recall, missed, _ = copied(ant()[::25], analyser, 100)
    assert precision >= 0.98
    assert recall >= 0.98, missed


@pytest.mark.slow
def test_edited_copies_are_found_in_the_whole_archive(analyser: Analyser) -> None:
    precision, recall, missed, own = copied(ant(), analyser, 400)
    assert precision >= 0.98
    assert recall >= 0.98, missed
    assert own <= 60, "follow-ups of the same story are not copies"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (story(1), "تونس (وات) - " + story(1), True),
        (story(1), story(1).replace("أ", "ا").replace("ة", "ه"), True),
        (story(1), " ".join(story(1).split()[:40]), True),
        (story(1), " ".join(story(1).split()[:20]), True),
        (story(1), " ".join(story(1).split()[:11]), False),
        (story(1), story(2), False),
        (story(1) + " 12 قتيلا و30 جريحا", story(1) + " 12 قتيلا و30 جريحا بينهم 5 أطفال", True),
        (story(1) + " يوم 12 في الساعة 15.00", story(1) + " يوم 14 في الساعة 17.00", False),
        (story(1) + " يوم 02 الساعة 15.00", story(1) + " يوم ٢ الساعة 15:00", True),
        ("بضع كلمات فقط", "بضع كلمات فقط", False),
        ("", "", False),
    ],
)
def test_which_articles_are_copies(one: str, other: str, same: bool, analyser: Analyser) -> None:
    first, second = clustered([one, other], analyser)
    assert (first == second) is same


@pytest.mark.parametrize("changed", [{"title": "غيره"}, {"source": "غيره"}, {"when": "2020-01-02"}, {"body": "غيره"}])
def test_a_change_of_anything_that_is_compared_is_noticed(changed: dict[str, str]) -> None:
    plain = {"body": story(1), "when": "2020-01-01"}
    articles = [article("a", **plain), article("a", **(plain | changed)), article("b", **plain)]
    none = np.empty(0, int)
    before, after, same = sketches.sketch_columns(none, none, [], articles).digests.tolist()
    assert before == same != after


@pytest.mark.parametrize("shares", [1, 2, 5])
def test_many_equal_articles_are_one_cluster(analyser: Analyser, shares: int) -> None:
    assert clustered([story(1)] * 300, analyser, shares) == [0] * 300


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(30, 60)), max_size=30), st.integers(2, 4))
@settings(max_examples=40)
def test_the_number_of_shares_does_not_change_clusters(
    analyser: Analyser, texts: list[tuple[int, int]], shares: int
) -> None:
    bodies = [" ".join(story(seed).split()[-words:]) for seed, words in texts]
    assert clustered(bodies, analyser, shares) == clustered(bodies, analyser)


# Which of eight texts each change gives to each of nine articles; 8 means none.
CHANGES = st.lists(st.lists(st.integers(0, 8), min_size=9, max_size=9), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    """Returns bodies and dates: two stories, copies of the first, a text that joins both, and one partly like the
    first."""
    first, second = story(1), story(2)
    edited = " ".join(first.split()[:36] + second.split()[:24])
    return [
        (first, ""), (second, ""), (first + " وكالات", ""), ("متابعات " + first, "2020-05-01"),
        (first + "\n" + second, ""), (edited, "2020-05-02"), (edited + " وكالات", "2021-08"), (first, "2020-05-05"),
    ]  # fmt: skip


@settings(max_examples=40)
@given(CHANGES)
def test_updated_clusters_are_those_of_a_rebuilt_index(
    engine: WhooshEngine,
    texts: list[tuple[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[list[int]],
) -> None:
    folder = tmp_path_factory.mktemp("follow")
    before: dict[int, int] = {}
    for change in changes:
        wanted = {key: text for key, text in enumerate(change) if text < len(texts)}
        gone = [key for key in before if wanted.get(key) != before[key]]
        added = [key for key in wanted if wanted[key] != before.get(key)]
        writer = engine.writer(folder, fresh=not (folder / "lexicon.bin").exists())
        writer.apply(
            [article_id(str(key)) for key in gone],
            [article(str(key), texts[wanted[key]][0], when=texts[wanted[key]][1]) for key in added],
        )
        writer.finish()
        before = wanted
    anew = tmp_path_factory.mktemp("anew")
    writer = engine.writer(anew, fresh=True)
    writer.apply([], [article(str(key), texts[text][0], when=texts[text][1]) for key, text in before.items()])
    writer.finish()
    tables = [clusters.read(path / clusters.NAME) for path in (folder, anew)]
    for one, other in zip(*([*table[:4], *table.pairs] for table in tables), strict=True):
        assert one.tolist() == other.tolist()


def test_a_recurring_wording_stays_a_formula_until_the_index_is_rebuilt(engine: WhooshEngine, tmp_path: Path) -> None:
    words = story(1).split()
    formula = [" ".join([*words[:24], *story(seed).split()[:14], *words[24:42]]) for seed in (2, 3, 4, 5)]
    dates = ("2020-05-01", "2020-05-02", "2021-05-01", "2022-05-01")
    articles = [article(when, body, when=when) for body, when in zip(formula, dates, strict=True)]

    def together(folder: Path) -> bool:
        return engine.open(folder).copies(articles[0].id, 9)[0].size == 2

    folders = [tmp_path / name for name in ("followed", "anew")]
    for folder, added in zip(folders, (articles, articles[:2]), strict=True):
        folder.mkdir()
        writer = engine.writer(folder, fresh=True)
        writer.apply([], added)
        writer.finish()
    assert not together(folders[0])
    writer = engine.writer(folders[0], fresh=False)
    writer.apply([articles[2].id, articles[3].id], [])
    writer.finish()
    assert not together(folders[0])
    assert together(folders[1])


def test_a_cluster_splits_without_the_article_that_joined_it(
    engine: WhooshEngine, texts: list[tuple[str, str]], tmp_path: Path
) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], [article(name, texts[text][0]) for name, text in (("first", 0), ("second", 1), ("both", 4))])
    writer.finish()
    assert engine.open(tmp_path).copies(article_id("first"), 9)[0].size == 3
    writer = engine.writer(tmp_path, fresh=False)
    writer.apply([article_id("both")], [])
    writer.finish()
    searcher = engine.open(tmp_path)
    for name in ("first", "second"):
        assert searcher.copies(article_id(name), 9) == ((article_id(name), 1), ())


@pytest.fixture(scope="module")
def archive(engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """An archive of thirty stories, each in one to four sources near the turn of one of three years, in two
    segments."""
    folder = tmp_path_factory.mktemp("archive")
    chance = random.Random(3)
    articles = [
        article(
            f"{seed} {copy}",
            f"جسر {'نهر' if copy else ''} {story(seed)}",
            f"مصدر {copy}",
            f"{2020 + seed % 3}-12-3{copy}" if copy < 2 else f"{2021 + seed % 3}-01-0{copy - 1}",
        )
        for seed in range(30)
        for copy in range(1 + seed % 4)
    ]
    chance.shuffle(articles)
    writer = engine.writer(folder, fresh=True)
    writer.apply([], articles[:50])
    writer.apply([], articles[50:])
    writer.apply([articles[0].id], [])
    writer.cluster()
    return engine.open(folder)


@pytest.mark.parametrize("order", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("filters", [EVERYTHING, Filters(chosen=ChosenNames.of(source=("مصدر 1", "مصدر 2")))])
@pytest.mark.parametrize("ranked", [None, Ranked(TermQuery("stem", "جسر")), Ranked(TermQuery("folded", "نهر"))])
def test_collapsed_results_are_the_first_of_each_cluster(
    archive: Searcher, ranked: Ranked | None, filters: Filters, order: Order
) -> None:
    """The expected answer is computed from the uncollapsed one, hit by hit."""
    every = page(archive, ranked, filters, order, limit=1_000)
    wanted, seen = [], set()
    for hit in every.hits:
        if hit.cluster.id not in seen:
            seen.add(hit.cluster.id)
            wanted.append(hit)
    got = page(archive, ranked, filters, order, limit=1_000, collapse=True)
    assert (got.total, got.partial, list(got.hits)) == (len(wanted), 0, wanted)
    pages = [page(archive, ranked, filters, order, start, 7, collapse=True) for start in range(0, got.total, 7)]
    assert [hit for one in pages for hit in one.hits] == wanted
    months: dict[str, set[str]] = defaultdict(set)
    for hit in every.hits:
        assert hit.article.published
        months[hit.article.published.value[:7]].add(hit.cluster.id)
    assert dict(got.timeline) == {month: len(found) for month, found in months.items()}
    # A facet counts the results that choosing it would give.
    for source, count in got.facets["source"]:
        chosen = page(
            archive, ranked, Filters(chosen=ChosenNames.of(source=(source,))), "newest", limit=1, collapse=True
        )
        assert chosen.total == count
    assert len(got.facets["year"]) == 4


def test_copies_of_an_article(archive: Searcher) -> None:
    cluster_of = {hit.article.path: hit.cluster for hit in page(archive, None).hits}
    cluster, others = archive.copies(article_id("3 0"), 9)
    assert cluster.size == len(others) + 1 >= 3
    assert cluster == cluster_of["/3 0"]
    assert {other.path.split()[0] for other in others} == {"/3"}
    assert article_id("3 0") not in {other.id for other in others}
    assert archive.copies(article_id("3 0"), 1)[1] == others[:1]
    with pytest.raises(NotFoundError):
        archive.copies("0" * 16, 9)


def test_a_damaged_file_of_clusters_is_refused(engine: WhooshEngine, tmp_path: Path) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], [article("one", story(1)), article("two", story(1))])
    writer.finish()
    path = tmp_path / clusters.NAME
    content = path.read_bytes()
    for at in range(0, len(content), 5):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(DamagedIndexError, match=r"clusters\.bin"):
            engine.open(tmp_path)
        path.write_bytes(content[:at])
        with pytest.raises(DamagedIndexError, match=r"clusters\.bin"):
            engine.open(tmp_path)
    path.write_bytes(content)
    table = clusters.read(path)
    fewer = clusters.ClusterTable(
        table.ids[:1], table.heads[:1], table.digests[:1], table.recurring[:1], joining.NO_PAIRS
    )
    clusters.write(path, fewer)
    with pytest.raises(DamagedIndexError, match="other articles"):
        engine.open(tmp_path)
