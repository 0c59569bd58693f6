# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests searches satisfied by most of the words: pages, filters and orders lose no article."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.article import Article, article_id
from indexer.columns import ChosenNames, Order
from indexer.engine.base import Searcher
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import Filters, PhraseQuery, Ranked, TermQuery, Words
from indexer.engine.questions import ResultPage
from indexer.search.archive import Archive
from tests.asking import page, paths, scores
from tests.conftest import Build
from tests.search.test_search import bodies_found, request

EVERYTHING = Filters()
BRIDGE, MARKET, RIVER = (TermQuery("stem", text) for text in ("جسر", "سوق", "نهر"))
RANKED = Ranked(
    Words((BRIDGE, MARKET, RIVER)), Words((BRIDGE, MARKET, RIVER), least=0.5), 10, neighbours=(("جسر", "سوق"),)
)


def made(number: int, body: str, source: str = "") -> Article:
    return Article(article_id(str(number)), "", body, f"/{number}", source)


@pytest.fixture(scope="module")
def searcher(engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("relaxed")
    writer = engine.writer(folder, fresh=True)
    pairs = ("جسر سوق", "سوق نهر", "جسر نهر")
    bodies = ["جسر سوق نهر"] * 5 + [pairs[n % 3] + " كلمة" * (n % 11) for n in range(300)]
    bodies += ["جسر", "سوق", "نهر"] * 10 + ["مطر"] * 400
    writer.apply([], [made(n, body, "أ" if n % 3 else "ب") for n, body in enumerate(bodies)])
    writer.finish()
    return engine.open(folder)


def search(
    searcher: Searcher, offset: int, limit: int, filters: Filters = EVERYTHING, order: Order = "relevance"
) -> ResultPage:
    return page(searcher, RANKED, filters, order, offset, limit)


def test_pages_fit_together(searcher: Searcher) -> None:
    whole = search(searcher, 0, 400)
    assert (whole.total, whole.partial, whole.listed) == (5, 300, 305)
    pages = [hit for offset in range(0, 310, 10) for hit in search(searcher, offset, 10).hits]
    assert pages == list(whole.hits)
    assert len({hit.article.id for hit in pages}) == 305
    in_order = [hit.score for hit in pages]
    assert in_order == sorted(in_order, reverse=True)


def test_each_article_has_a_score_in_the_orders_of_date_too(searcher: Searcher) -> None:
    found = search(searcher, 0, 400, order="newest")
    assert (found.total, found.partial, found.listed, len(found.hits)) == (5, 300, 5, 5)
    assert all(score > 0 for _, score in scores(found))


def test_a_facet_counts_what_choosing_it_gives(searcher: Searcher) -> None:
    chosen = dict(search(searcher, 0, 10, Filters(chosen=ChosenNames.of(source=("أ",)))).facets["source"])
    assert chosen == {
        source: search(searcher, 0, 10, Filters(chosen=ChosenNames.of(source=(source,)))).total for source in ("أ", "ب")
    }


def test_a_word_without_articles_hides_none(searcher: Searcher) -> None:
    assert counts(searcher, (BRIDGE, TermQuery("stem", "غائبة"))) == (0, 215)
    many = (BRIDGE, MARKET, *(TermQuery("stem", f"غائب{n}") for n in range(60)))
    assert counts(searcher, many) == (0, 215 + 215 - 105)


def counts(searcher: Searcher, words: tuple[TermQuery, ...]) -> tuple[int, int]:
    found = page(searcher, Ranked(Words(words), Words(words, least=0.5), 10), limit=1)
    return found.total, found.partial


def test_a_pasted_paragraph_with_one_other_word_finds_its_article(build: Build, tmp_path: Path) -> None:
    words = "افتتح المحافظ الجسر الجديد صباح اليوم وحضر الحفل مئات السكان بعد أشهر طويلة من أعمال البناء والترميم"
    text = f"خبر\n\n{words} التي تأخرت كثيرا بسبب الأمطار والسيول وارتفاع منسوب النهر."
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    build(tmp_path / "index", tmp_path / "one.txt")
    found = Archive(tmp_path / "index").search(request(f"{words} زقزقزق"))
    assert (found.total, found.dropped) == (1, ("زقزقزق",))


def test_articles_without_a_word_after_the_256th(engine: WhooshEngine, tmp_path: Path) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    articles = [made(n, "سوق") for n in range(255)] + [made(255, "جسر")]
    writer.apply([], [*articles, *(made(n, "***") for n in range(256, 261))])
    writer.finish()
    searcher = engine.open(tmp_path)
    found = page(searcher, Words((), without=(MARKET, BRIDGE)))
    assert sorted(paths(found)) == [str(n) for n in range(256, 261)]


def test_no_phrase_leaves_even_the_longest_title(engine: WhooshEngine, tmp_path: Path) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], [Article(article_id("x"), "نهر " * 1_500 + "سوق", "جسر", "/x")])
    writer.finish()
    query = PhraseQuery("folded", ("سوق", "جسر"))
    assert page(engine.open(tmp_path), query).total == 0


@pytest.mark.parametrize("query", ["أبو عبد الله", "أبو عبدالله", "ابو عبدالله"])
def test_a_name_of_three_words_however_it_is_joined(build: Build, tmp_path: Path, query: str) -> None:
    lines = "\n".join(f'{{"text": "جاء في النص {text} ثم انتهى"}}' for text in ("أبو عبد الله", "أبو عبدالله"))
    (tmp_path / "names.jsonl").write_text(lines, encoding="utf-8")
    build(tmp_path / "index", tmp_path / "names.jsonl")
    assert set(bodies_found(Archive(tmp_path / "index"), query)) == {"أبو عبد الله", "أبو عبدالله"}
