"""Searches that make do with some of the words: nothing is lost between pages, filters and orders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.article import Article, article_id
from indexer.engine.base import Order, Searcher, TopHits
from indexer.engine.queries import Filters, PhraseQuery, Ranked, TermQuery, Words
from indexer.engine.whoosh_engine import WhooshEngine
from indexer.search.archive import Archive
from tests.conftest import Build
from tests.test_search import bodies_found, request
from web.app import create_app

EVERYTHING = Filters()
BRIDGE, MARKET = TermQuery("stem", "جسر"), TermQuery("stem", "سوق")
RANKED = Ranked(Words((BRIDGE, MARKET)), Words((BRIDGE, MARKET), least=0), enough=10, neighbours=(("جسر", "سوق"),))


def made(number: int, body: str, source: str = "") -> Article:
    return Article(article_id(str(number)), "", body, f"/{number}", source)


@pytest.fixture(scope="module")
def searcher(engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("relaxed")
    writer = engine.writer(folder, fresh=True)
    bodies = ["جسر سوق"] * 5 + ["جسر " * (number % 7 + 1) + "كلمة " * (number % 11) for number in range(300)]
    writer.apply([], [made(n, body, "أ" if n % 3 else "ب") for n, body in enumerate(bodies)])
    writer.finish()
    return engine.open(folder)


def search(
    searcher: Searcher, offset: int, limit: int, filters: Filters = EVERYTHING, order: Order = "relevance"
) -> TopHits:
    return searcher.search(RANKED, filters, order, offset, limit)


def test_pages_fit_together(searcher: Searcher) -> None:
    whole = search(searcher, 0, 400)
    assert (whole.total, whole.full) == (305, 5)
    pages = [hit for offset in range(0, 310, 10) for hit in search(searcher, offset, 10).docs]
    assert pages == list(whole.docs)
    assert len({doc for doc, _ in pages}) == 305
    scores = [score for _, score in pages]
    assert scores == sorted(scores, reverse=True)


def test_each_article_has_a_score_in_the_orders_of_date_too(searcher: Searcher) -> None:
    found = search(searcher, 0, 400, order="newest")
    assert found.total == 305
    assert all(score > 0 for _, score in found.docs)


def test_a_facet_counts_what_choosing_it_gives(searcher: Searcher) -> None:
    chosen = dict(search(searcher, 0, 10, Filters(sources=("أ",))).facets["source"])
    assert chosen == {source: search(searcher, 0, 10, Filters(sources=(source,))).total for source in ("أ", "ب")}


def test_by_date_only_what_matches_all_stands_there_where_anything_does(build: Build, tmp_path: Path) -> None:
    texts = ["جسر النهر"] * 3 + ["جسر المدينة"] * 4 + ["سوق النهر"] * 5 + ["مطر"] * 90
    lines = "\n".join(
        json.dumps({"text": f"خبر عن {text} رقم {at}", "published": f"2023-05-{at % 28 + 1:02}"})
        for at, text in enumerate(texts)
    )
    (tmp_path / "all.jsonl").write_text(lines, encoding="utf-8")
    build(tmp_path / "index", tmp_path / "all.jsonl")
    archive = Archive(tmp_path / "index")
    related = archive.search(request("جسر النهر", collapse="0"))
    assert (related.total, related.full, related.partial) == (12, 3, 0)
    for sort in ("newest", "oldest"):
        found = archive.search(request("جسر النهر", sort=sort, collapse="0"), spread=True)
        assert (found.total, found.full, found.partial) == (3, 3, 9)
        assert not found.relaxed
        assert found.spread
        assert sum(one.count for one in found.spread.periods) == 3
        assert sum(one.count for one in found.facets["year"]) == 3
        # Where nothing matches all, some is better than nothing.
        some = archive.search(request("جسر النهر مطر", sort=sort, collapse="0"))
        assert (some.full, some.partial) == (0, 0)
        assert some.total > 0
    page = create_app(tmp_path / "index").test_client().get("/?q=جسر النهر&sort=newest&collapse=0")
    html = page.get_data(as_text=True)
    assert "رتِّبها بالأقرب صلةً" not in html
    none = create_app(tmp_path / "index").test_client().get("/?q=جسر النهر مطر&sort=oldest&collapse=0")
    assert "رتِّبها بالأقرب صلةً" in none.get_data(as_text=True)
    assert "هذه تطابق بحثك كلَّه، و9 مقالات سواها تطابق بعضَه." in html
    assert "أظهِرها أيضاً بترتيب الصلة" in html


def test_a_word_that_no_article_has_hides_none(searcher: Searcher) -> None:
    words = (BRIDGE, TermQuery("stem", "غائبة"))
    assert total(searcher, words) == 305
    many = tuple(TermQuery("stem", text) for text in ("جسر", "سوق", *(f"غائب{n}" for n in range(60))))
    assert total(searcher, many) == 5  # جسر is in all, and so too frequent to be enough


def total(searcher: Searcher, words: tuple[TermQuery, ...]) -> int:
    ranked = Ranked(Words(words), Words(words, least=0.05), 10)
    return searcher.search(ranked, EVERYTHING, "relevance", 0, 1).total


def test_a_pasted_paragraph_with_one_other_word_finds_its_article(build: Build, tmp_path: Path) -> None:
    words = "افتتح المحافظ الجسر الجديد صباح اليوم وحضر الحفل مئات السكان بعد أشهر طويلة من أعمال البناء والترميم"
    text = f"خبر\n\n{words} التي تأخرت كثيرا بسبب الأمطار والسيول وارتفاع منسوب النهر."
    (tmp_path / "one.txt").write_text(text, encoding="utf-8")
    build(tmp_path / "index", tmp_path / "one.txt")
    assert Archive(tmp_path / "index").search(request(f"{words} زقزقزق")).total == 1


def test_articles_without_a_word_behind_the_256th(engine: WhooshEngine, tmp_path: Path) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    articles = [made(n, "سوق") for n in range(255)] + [made(255, "جسر")]
    writer.apply([], [*articles, *(made(n, "***") for n in range(256, 261))])
    writer.finish()
    searcher = engine.open(tmp_path)
    found = searcher.search(Ranked(Words((), without=(MARKET, BRIDGE))), EVERYTHING, "relevance", 0, 10)
    assert sorted(searcher.fetch(doc).path for doc, _ in found.docs) == [f"/{n}" for n in range(256, 261)]


def test_no_phrase_leaves_even_the_longest_title(engine: WhooshEngine, tmp_path: Path) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], [Article(article_id("x"), "نهر " * 1_500 + "سوق", "جسر", "/x")])
    writer.finish()
    query = PhraseQuery("folded", ("سوق", "جسر"))
    assert engine.open(tmp_path).search(Ranked(query), EVERYTHING, "relevance", 0, 10).total == 0


@pytest.mark.parametrize("query", ["أبو عبد الله", "أبو عبدالله", "ابو عبدالله"])
def test_a_name_of_three_words_however_it_is_joined(build: Build, tmp_path: Path, query: str) -> None:
    lines = "\n".join(f'{{"text": "جاء في النص {text} ثم انتهى"}}' for text in ("أبو عبد الله", "أبو عبدالله"))
    (tmp_path / "names.jsonl").write_text(lines, encoding="utf-8")
    build(tmp_path / "index", tmp_path / "names.jsonl")
    assert set(bodies_found(Archive(tmp_path / "index"), query)) == {"أبو عبد الله", "أبو عبدالله"}
