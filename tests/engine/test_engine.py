# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the local engine: articles are found, ranked, counted, narrowed and removed, from several threads and
segments."""

from __future__ import annotations

import tempfile
import threading
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser, grams
from indexer.article import Article, Published, Removed, article_id
from indexer.columns import ChosenNames, Order
from indexer.engine.base import Searcher
from indexer.engine.local.segments.packed import BODY_POSITION, SegmentFile
from indexer.engine.local.segments.positions import side_by_side
from indexer.engine.local.segments.sections import MAGIC
from indexer.engine.local.segments.terms import Terms, term_arrays, texts
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.local.writing.build import gram_arrays, write_segment
from indexer.engine.local.writing.merge import merge
from indexer.engine.queries import AnyOf, Filters, PhraseQuery, PrefixQuery, Query, TermQuery, Words
from indexer.errors import DamagedIndexError
from tests.asking import page, paths, scores

EVERYTHING = Filters()


def article(key: str, title: str = "", body: str = "", when: str = "", source: str = "", category: str = "") -> Article:
    published = Published(when) if when else None
    return Article(article_id(key), title, body, f"/{key}", source, category, published=published)


ARTICLES = [
    article(
        "bridge", "افتتاح جسر السنابل", "افتتح المحافظ الجسر الجديد في المدينة.", "2023-03-14", "الرافدين", "محليات"
    ),
    article("museum", "متحف القوارب", "زار الوفد الجسر ثم المتحف الجديد.", "2022-11", "ساحل", "ثقافة"),
    article(
        "market", "أسعار التمور", "ارتفعت أسعار التمور في السوق الجديد.", "2024-01-02T10:30:00", "الرافدين", "اقتصاد"
    ),
    article("undated", "الجسر والمتحف", "نص بلا تاريخ.", "", "ساحل"),
]


@pytest.fixture(scope="module")
def searcher(engine: WhooshEngine, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("engine")
    writer = engine.writer(folder, fresh=True)
    writer.apply([], ARTICLES[:2])
    writer.apply([], [*ARTICLES[2:], article("gone", "الجسر القديم", "يزال")])
    writer.apply([article_id("gone")], [])
    writer.cluster()
    return engine.open(folder)


def word(analyser: Analyser, text: str) -> Query:
    known = analyser.word(text)
    return AnyOf((TermQuery("folded", known.folded, 0.5), TermQuery("stem", known.stem)))


def keys(
    searcher: Searcher, query: Query | None, filters: Filters = EVERYTHING, order: Order | None = None
) -> list[str]:
    found = page(searcher, query, filters, order)
    assert found.total == len(found.hits)
    return paths(found)


def test_ranking_prefers_the_title_and_the_typed_form(searcher: Searcher, analyser: Analyser) -> None:
    found = keys(searcher, word(analyser, "الجسر"))
    assert found[0] == "undated"  # the only one with the typed form in its title
    assert set(found) == {"undated", "bridge", "museum"}
    assert keys(searcher, word(analyser, "جسر"))[0] == "bridge"
    assert keys(searcher, TermQuery("folded", "جسر")) == ["bridge"]


def test_the_typed_form_outranks_another_form_if_all_else_is_equal(
    engine: WhooshEngine, analyser: Analyser, tmp_path: Path
) -> None:
    forms = ["وزير", "الوزير", "للوزير", "وزراء", "وزيرا"]
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], [article(form, "خبر", f"قال {form} اليوم") for form in forms])
    writer.finish()
    searcher = engine.open(tmp_path)
    for form in forms:
        found = keys(searcher, word(analyser, form))
        assert found[0] == form
        assert set(found) == set(forms)


def test_all_any_and_without(searcher: Searcher, analyser: Analyser) -> None:
    bridge, museum, new = (word(analyser, text) for text in ("جسر", "متحف", "جديد"))
    assert set(keys(searcher, Words((bridge, museum)))) == {"museum", "undated"}
    assert set(keys(searcher, AnyOf((museum, new)))) == {"bridge", "museum", "market", "undated"}
    assert set(keys(searcher, Words((new,), without=(bridge,)))) == {"market"}
    assert set(keys(searcher, Words((), without=(bridge,)))) == {"market"}


def test_phrases_follow_positions_and_never_cross_from_title_to_body(searcher: Searcher) -> None:
    assert keys(searcher, PhraseQuery("folded", ("اسعار", "التمور"))) == ["market"]
    assert keys(searcher, PhraseQuery("folded", ("التمور", "اسعار"))) == []
    assert keys(searcher, PhraseQuery("folded", ("التمور", "ارتفعت"))) == []
    assert keys(searcher, PhraseQuery("folded", ("لا", "توجد"))) == []


def test_order_by_date_puts_undated_articles_last(searcher: Searcher) -> None:
    assert keys(searcher, None, order="newest") == ["market", "bridge", "museum", "undated"]
    assert keys(searcher, None, order="oldest") == ["museum", "bridge", "market", "undated"]


def test_filters_and_facets(searcher: Searcher) -> None:
    narrowed = Filters(
        date_from=date(2023, 1, 1), date_to=date(2024, 1, 2), chosen=ChosenNames.of(source=("الرافدين", "أخرى"))
    )
    assert keys(searcher, None, narrowed) == ["market", "bridge"]
    found = page(searcher, None, narrowed, limit=1)
    assert (found.total, len(found.hits)) == (2, 1)
    # The facet of sources ignores the filter by source, the other facets do not.
    assert found.facets["source"] == (("الرافدين", 2),)
    assert found.facets["category"] == (("اقتصاد", 1), ("محليات", 1))
    assert found.facets["year"] == (("2024", 1), ("2023", 1))
    assert found.timeline == (("2023-03", 1), ("2024-01", 1))
    by_source = page(searcher, None, Filters(chosen=ChosenNames.of(source=("ساحل",))))
    assert dict(by_source.facets["source"]) == {"الرافدين": 2, "ساحل": 2}
    assert by_source.timeline == (("2022-11", 1),)


def test_articles_come_back_as_they_were_put_in(engine: WhooshEngine, tmp_path: Path) -> None:
    whole = Article(
        id=article_id("x"),
        title="عنوان \ud800",
        body="سطر\nسطر\u2028آخر",
        path="/x",
        source="مصدر",
        category="قسم",
        author="كاتب",
        url="https://a.example/",
        published=Published("2023-05"),
        removed=(Removed("إعلان", "advertisement"),),
    )
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], [whole])
    writer.finish()
    searcher = engine.open(tmp_path)
    assert searcher.articles([whole.id, "nothing"]) == {whole.id: whole}
    assert searcher.count() == 1


def test_a_replaced_article_is_there_once(engine: WhooshEngine, tmp_path: Path) -> None:
    writer = engine.writer(tmp_path, fresh=True)
    writer.apply([], ARTICLES)
    writer.finish()
    again = engine.writer(tmp_path, fresh=False)
    changed = article("bridge", "إغلاق جسر السنابل", "للصيانة.")
    again.apply([changed.id], [changed])
    again.finish()
    searcher = engine.open(tmp_path)
    assert searcher.count() == len(ARTICLES)
    assert searcher.articles([changed.id])[changed.id].title == changed.title
    assert len(set(keys(searcher, None))) == len(ARTICLES)


def test_threads_get_the_same_answers(searcher: Searcher, analyser: Analyser) -> None:
    queries = [word(analyser, text) for text in ("جسر", "متحف", "جديد", "التمور")]
    alone = [page(searcher, query) for query in queries]
    wrong: list[int] = []

    def ask() -> None:
        for turn in range(40):
            number = turn % len(queries)
            if page(searcher, queries[number]) != alone[number]:
                wrong.append(number)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_folder_without_an_index_is_refused(engine: WhooshEngine, tmp_path: Path) -> None:
    with pytest.raises(DamagedIndexError, match="--rebuild"):
        engine.open(tmp_path)


TEXTS = st.text(alphabet="ابأتوىلـ \n.ة", max_size=60)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_a_segment_holds_each_word_at_its_places(analyser: Analyser, texts: list[tuple[str, str]]) -> None:
    articles = [Article(article_id(str(number)), title, body, "/") for number, (title, body) in enumerate(texts)]
    segment = packed_segment(articles, analyser)
    wanted: dict[tuple[str, int], list[int]] = {}
    for doc, found in enumerate(articles):
        for base, text in ((0, found.title), (BODY_POSITION, found.body)):
            for token in analyser.tokens(text):
                wanted.setdefault((token.folded, doc), []).append(base + token.position)
    held = {}
    for term in segment.terms["folded"]:
        postings = segment.postings("folded", term.decode())
        ends = np.cumsum(postings.counts).tolist()
        for at, doc in enumerate(postings.docs.tolist()):
            positions = postings.positions[ends[at] - postings.counts[at] : ends[at]].tolist()
            held[(term.decode(), doc)] = positions
            in_title = sum(position < BODY_POSITION for position in positions)
            assert postings.weights[at] == 3 * in_title + 2 * (len(positions) - in_title)
    assert held == wanted
    assert len(segment.postings("stem", "لا وجود له").docs) == 0
    assert [segment.doc_of(article.id) for article in articles] == list(range(len(articles)))


def packed_segment(articles: list[Article], analyser: Analyser) -> SegmentFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "segment.idx"
        write_segment(path, articles, analyser, np.arange(len(articles) + 1))
        return SegmentFile(path)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), min_size=1, max_size=7), st.integers(0, 6))
def test_merged_segments_equal_one_built_at_once(
    analyser: Analyser, texts: list[tuple[str, str, bool]], cut: int
) -> None:
    articles = [
        Article(article_id(str(number)), title, body, "/", source=body[:3], category=title[:2], author=body[2:4])
        for number, (title, body, _) in enumerate(texts)
    ]
    alive = np.array([lives for _, _, lives in texts])
    parts = [(articles[:cut], alive[:cut]), (articles[cut:], alive[cut:])]
    parts = [part for part in parts if part[0]]
    staying = [article for article, lives in zip(articles, alive, strict=True) if lives]
    at_once = packed_segment(staying, analyser).arrays
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "segment.idx"
        segments = [packed_segment(part, analyser) for part, _ in parts]
        merge(path, segments, [mask for _, mask in parts], at_once["stored"])
        merged = SegmentFile(path).arrays
        assert merged.keys() == at_once.keys()
        for name, array in at_once.items():
            assert merged[name].tolist() == array.tolist(), name


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=8))
def test_grams_are_those_of_the_analyser(bases: list[str]) -> None:
    bases = sorted(bases, key=lambda base: base.encode("utf-8", "surrogatepass"))
    arrays = gram_arrays(bases, np.arange(len(bases)))
    wanted: dict[str, set[int]] = {}
    for number, base in enumerate(bases):
        for gram in grams(base):
            wanted.setdefault(gram, set()).add(number)
    found = texts(arrays, "gram")
    starts = arrays["gram.starts"].tolist()
    assert found == sorted(wanted)
    for at, gram in enumerate(found):
        holding = arrays["gram.bases"][starts[at] : starts[at + 1]].tolist()
        assert holding == sorted(wanted[gram])
        assert arrays["gram.articles"][at] == sum(holding)


@given(st.lists(st.text(alphabet="ابت", max_size=4), max_size=20), st.text(alphabet="ابت", max_size=3))
def test_terms_are_found_by_text_and_by_prefix(some: list[str], prefix: str) -> None:
    encoded = sorted({text.encode() for text in some if text})
    terms = Terms(term_arrays("stem", encoded), "stem")
    assert [terms.find(text) for text in encoded] == list(range(len(encoded)))
    assert terms.find("غير موجود".encode()) == -1
    numbers = [at for at, text in enumerate(encoded) if text.startswith(prefix.encode())]
    assert list(terms.having_prefix(prefix.encode())) == numbers


def test_a_damaged_segment_is_named(tmp_path: Path, analyser: Analyser) -> None:
    path = tmp_path / "segment.idx"
    write_segment(path, [ARTICLES[0]], analyser, np.arange(2))
    whole = path.read_bytes()
    for damaged in (b"", b"x" * 100, MAGIC, whole[: len(whole) // 2], MAGIC + b"\xff" * 8 + whole[16:]):
        path.write_bytes(damaged)
        with pytest.raises(DamagedIndexError, match=r"segment\.idx"):
            SegmentFile(path)


def test_many_runs_leave_few_segments_that_answer_the_same(engine: WhooshEngine, tmp_path: Path) -> None:
    articles = [article(str(n), f"جسر رقم {n}", f"نص عن الجسر والمدينة {n}", "2023-01-01", "مصدر") for n in range(40)]
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one = engine.writer(tmp_path / "one", fresh=True)
    one.apply([], articles)
    one.finish()
    writer = engine.writer(tmp_path / "many", fresh=True)
    for start in range(0, 40, 4):
        writer.apply([], [*articles[start : start + 4], article(f"gone{start}", "جسر آخر", "يزال")])
        writer.apply([article_id(f"gone{start}")], [])
    writer.finish()
    searchers = [engine.open(tmp_path / name) for name in ("one", "many")]
    assert len(list((tmp_path / "many").glob("*.idx"))) == len(list((tmp_path / "many").glob("*.doc"))) <= 5
    for query in (TermQuery("stem", "جسر"), PhraseQuery("folded", ("عن", "الجسر")), PrefixQuery("folded", "وال")):
        answers = [page(searcher, query) for searcher in searchers]
        found = [{key: round(score, 3) for key, score in scores(answer)} for answer in answers]
        assert found[0] == pytest.approx(found[1], abs=0.002)
        assert answers[0].total == answers[1].total > 0


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_words_side_by_side_are_found_where_phrases_are(analyser: Analyser, texts: list[str]) -> None:
    articles = [Article(article_id(str(number)), "", body, "/") for number, body in enumerate(texts)]
    segment = packed_segment(articles, analyser)
    stems = list(dict.fromkeys(token.stem for text in texts for token in analyser.tokens(text) if token.stem))[:4]
    pairs = [(first, second) for first in range(len(stems)) for second in range(len(stems))]
    docs = np.arange(len(articles))
    found = side_by_side([segment.postings("stem", stem) for stem in stems], pairs, docs)
    for (first, second), mask in zip(pairs, found, strict=True):
        wanted = [
            any(
                (before.stem, after.stem) == (stems[first], stems[second])
                for before in analyser.tokens(text)
                for after in analyser.tokens(text)
                if after.position == before.position + 1
            )
            for text in texts
        ]
        assert mask.tolist() == wanted
