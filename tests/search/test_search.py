# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests a search from the typed text to marked snippets: reading, ranking, exact marks, golden searches."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.arabic.fold import fold
from indexer.errors import NotFoundError, RequestError
from indexer.search.answers.results import Marked
from indexer.search.archive import Archive
from indexer.search.planning.plan import plan
from indexer.search.query.parameters import DEFAULT_SNIPPET_CHARS, DEFAULT_SNIPPETS, MAX_QUERY_CHARS
from indexer.search.query.request import SearchRequest
from indexer.search.snippets.evidence import EvidenceByWords
from indexer.search.snippets.marks import mark, snippets
from tests.arabic.test_arabic import APART, MEET, MESSY
from tests.conftest import ROOT, Build
from tests.costs import calls
from web.app import create_app

GOLDEN = ROOT / "tests" / "golden" / "searches.json"


def request(q: str, **params: str) -> SearchRequest:
    return SearchRequest.from_params({"q": [q], **{name: [value] for name, value in params.items()}})


def marked(text: Marked) -> list[str]:
    return [text.text[start:end] for start, end in text.marks]


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("العراق", "والعراق وبالعراق للعراق عراقي", ["العراق", "العراق", "لعراق"]),
        ("انسحاب", "لانسحاب القوات بانسحاب انسحب", ["انسحاب", "انسحاب"]),
        ("يبق إلا", "ولم يبقَ إلَّا القليل", ["يبقَ", "إلَّا"]),
        ("داعش", "ما يعرف بـ(داعش).", ["داعش"]),
        ('"القوات الأمريكية"', "القوات الأميركية، القــوات الأمريكيّة", ["القــوات الأمريكيّة"]),
        ("مصطفى الكاظمي", "#مصطفى_الكاظمي", ["مصطفى", "الكاظمي"]),
        ("عبدالله", "قال عبد الله السماوي", ["عبد الله"]),
        ("جسر -متحف", "الجسر والمتحف", ["الجسر"]),
        ("غير موجود هنا", "نص آخر", []),
        ("ديسمبر", "في 12 كانون الأول ودجنبر", ["كانون الأول", "دجنبر"]),
    ],
)  # fmt: skip
def test_marks_cover_the_letters_that_matched(analyser: Analyser, query: str, text: str, hits: list[str]) -> None:
    assert marked(mark(text, EvidenceByWords(plan(request(query), analyser).marked, analyser))) == hits


@given(MESSY, MESSY)
def test_any_query_marks_only_whole_words_of_any_text(analyser: Analyser, query: str, text: str) -> None:
    wanted = plan(request(query[:MAX_QUERY_CHARS]), analyser).marked
    whole = mark(text, EvidenceByWords(wanted, analyser))
    assert whole.text == text
    last = 0
    starts = {at for token in analyser.tokens(text) for at in (token.start, token.core)}
    for start, end in whole.marks:
        assert last <= start < end <= len(text)
        assert start in starts
        assert fold(text[start:end])
        last = end


@given(MESSY)
def test_a_reading_is_read_as_itself(analyser: Analyser, query: str) -> None:
    first = plan(request(query), analyser)
    second = plan(request(first.read_as), analyser)
    assert second.ranked == first.ranked
    assert second.read_as == first.read_as


@given(st.text(alphabet="ابت جسر.!؟\n«»\u064e\u0651", max_size=900))
def test_snippets_are_pieces_of_the_body(analyser: Analyser, body: str) -> None:
    pieces = snippets(body, EvidenceByWords(plan(request("جسر"), analyser).marked, analyser))
    assert len(pieces) <= DEFAULT_SNIPPETS
    assert bool(pieces) == bool(body.strip())
    for piece in pieces:
        assert piece.text.strip("…") in body
        assert len(piece.text) <= DEFAULT_SNIPPET_CHARS + 2
        for start, end in piece.marks:
            assert fold(piece.text[start:end]) in ("جسر", "الجسر")


MARKED_LETTERS = st.text(alphabet="جسر \u064e\u0651\u0301e\u200d\ud83d\ude00\U0001f600.\n", min_size=200, max_size=900)


@given(MARKED_LETTERS)
def test_no_snippet_begins_or_ends_inside_a_letter(analyser: Analyser, body: str) -> None:
    for piece in snippets(body, EvidenceByWords(plan(request("جسر"), analyser).marked, analyser)):
        text = piece.text.strip("…")
        # The same letters may also occur elsewhere, followed by other marks: the piece must be one of these places.
        places = [at for at in range(len(body)) if body.startswith(text, at)]
        assert any(within_no_letter(body, at) and within_no_letter(body, at + len(text)) for at in places)


def within_no_letter(body: str, edge: int) -> bool:
    if not 0 < edge < len(body) or body[edge - 1].isspace() or body[edge].isspace():
        return True
    return unicodedata.category(body[edge])[0] != "M" and not "\udc00" <= body[edge] <= "\udfff"


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("كاظم*", "الكاظمي وللكاظم وكاظمة", ["الكاظمي", "لكاظم", "كاظمة"]),
        ('"جسر السنابل"', "جسر السنابل، السنابل جسر", ["جسر السنابل"]),
        ('"جسر السنابل"~3', "السنابل قرب جسر", ["السنابل", "جسر"]),
        ("=وزير", "وزير والوزير وزراء", ["وزير"]),
        ("جسر | متحف", "جسر ومتحف", ["جسر", "متحف"]),
        ("عنوان:جسر", "جسر", []),
    ],
)
def test_operators_mark_what_they_find(analyser: Analyser, query: str, text: str, hits: list[str]) -> None:
    assert marked(mark(text, EvidenceByWords(plan(request(query), analyser).marked, analyser))) == hits


def test_of_equal_sentences_the_one_with_its_words_together_is_chosen(analyser: Analyser) -> None:
    body = "الجسر بعيد جداً عن الوزير.\nكلام.\nالجسر والوزير هنا اليوم كلّه.\nالجسر كبير هنا وهناك ثمّ الوزير."
    pieces = snippets(body, EvidenceByWords(plan(request("الجسر الوزير"), analyser).marked, analyser))
    assert pieces[-1].text.startswith("الجسر والوزير") or pieces[0].text.startswith("الجسر والوزير")


def test_a_snippet_shows_most_of_the_query_terms(analyser: Analyser) -> None:
    body = "\n".join(["افتتح الجسر.", "كلام آخر.", "عبر الوزير الجسر الجديد أمس.", "الجسر الجسر الجسر."])
    pieces = snippets(body, EvidenceByWords(plan(request("الجسر الوزير"), analyser).marked, analyser))
    assert [piece.text for piece in pieces] == ["عبر الوزير الجسر الجديد أمس.", "الجسر الجسر الجسر."]


def test_a_long_sentence_is_cut_between_words_around_the_hit(analyser: Analyser) -> None:
    body = "كلمة " * 100 + "الجسر " + "أخرى " * 100
    (piece,) = snippets(body, EvidenceByWords(plan(request("الجسر"), analyser).marked, analyser))
    assert marked(piece) == ["الجسر"]
    assert piece.text.startswith("…كلمة ")
    assert piece.text.endswith(" أخرى…")
    assert len(piece.text) > DEFAULT_SNIPPET_CHARS * 0.8


def test_the_end_of_a_long_sentence_is_kept_whole(analyser: Analyser) -> None:
    body = "كلمة " * 100 + "في بـ(الجسر)."
    (piece,) = snippets(body, EvidenceByWords(plan(request("الجسر"), analyser).marked, analyser))
    assert piece.text.endswith("بـ(الجسر).")
    assert len(piece.text) > DEFAULT_SNIPPET_CHARS * 0.8


GOLDEN_SEARCHES = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else []


@pytest.mark.parametrize("golden", GOLDEN_SEARCHES, ids=lambda golden: golden["q"])
def test_golden_searches_over_the_sample(sample_archive: Archive, golden: dict[str, object]) -> None:
    """The articles in ``first`` must come first, in any order; those in ``among`` must be found; those in ``not``
    must not."""
    match = str(golden.get("match", "auto"))
    results = sample_archive.search(request(str(golden["q"]), per_page="100", match=match, collapse="0"))
    root = str(ROOT / "sample") + "/"
    found = [hit.article.path.removeprefix(root) for hit in results.hits]
    first, among, absent = (list(golden.get(name, [])) for name in ("first", "among", "not"))  # type: ignore[call-overload]  # JSON
    assert sorted(found[: len(first)]) == sorted(first)
    assert set(among) <= set(found)
    assert not set(absent) & set(found[: results.total])
    if "total" in golden:
        assert results.total == golden["total"]


def test_filters_sort_and_pages_work_together(sample_archive: Archive) -> None:
    everything = sample_archive.search(SearchRequest(per_page=100, collapse=False))
    assert everything.total == 66
    dates = [hit.article.published.start() for hit in everything.hits if hit.article.published]
    assert dates == sorted(dates, reverse=True)
    pages = [
        hit for page in range(1, 8) for hit in sample_archive.search(SearchRequest(collapse=False).at_page(page)).hits
    ]
    assert [hit.article.id for hit in pages] == [hit.article.id for hit in everything.hits[:66]]
    some = sample_archive.search(request("", source="sahil-press", **{"from": "2023", "to": "2023-06"}))
    assert 0 < some.total < 10
    for hit in some.hits:
        assert hit.article.source == "sahil-press"
        assert hit.article.published is not None
        assert "2023-01-01" <= hit.article.published.value < "2023-07"


@pytest.fixture(scope="module")
def pairs(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with one article for each pair of words in tests/golden and each name below."""
    place = tmp_path_factory.mktemp("pairs")
    texts = dict.fromkeys(text for _, text in [*MEET, *NAMES_MEET, *APART])
    lines = [json.dumps({"text": f"جاء في النص {text} ثم انتهى"}, ensure_ascii=False) for text in texts]
    (place / "pairs.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(place / "index", place / "pairs.jsonl")
    return Archive(place / "index")


NAMES_MEET = [
    ("مصطفى الكاظمي", "#مصطفى_الكاظمي"),
    ("عبد الله", "عبدالله"),
    ("عبدالله", "وعبد الله"),
    ("أبو مهدي", "أبومهدي"),
    ("ديسمبر", "كانون الأول"),
    ("كانون الأول", "ديسمبر"),
]


def bodies_found(archive: Archive, query: str) -> list[str]:
    found = archive.search(request(query, match="all", per_page="100", collapse="0"))
    return [hit.article.body.removeprefix("جاء في النص ").removesuffix(" ثم انتهى") for hit in found.hits]


@pytest.mark.parametrize(("query", "text"), [*MEET, *NAMES_MEET])
def test_a_search_finds_the_pairs_that_meet(pairs: Archive, query: str, text: str) -> None:
    assert fold(text) in map(fold, bodies_found(pairs, query))


@pytest.mark.parametrize(("query", "text"), APART)
def test_a_search_does_not_find_the_pairs_that_must_not_meet(pairs: Archive, query: str, text: str) -> None:
    assert text not in bodies_found(pairs, query)


def test_a_month_as_typed_ranks_above_its_other_name(pairs: Archive) -> None:
    found = bodies_found(pairs, "ديسمبر")
    assert found.index("ديسمبر") < found.index("كانون الأول")


def test_recency_ranks_newer_articles_higher(build: Build, tmp_path: Path) -> None:
    texts = {"2001-05-01": "زيتون زيتون في القرية", "2022-01-01": "زيتون واحد", "": "زيتون زيتون بلا تاريخ"}
    lines = [json.dumps({"text": text, "published_at": day}, ensure_ascii=False) for day, text in texts.items()]
    (tmp_path / "dated.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "index", tmp_path / "dated.jsonl")

    def scores(recency: float) -> dict[str, float]:
        hits = Archive(tmp_path / "index", recency=recency).search(request("زيتون")).hits
        return {hit.article.published.value if hit.article.published else "": hit.score for hit in hits}

    plain, lifted = scores(0), scores(1)
    assert list(plain)[-1] == "2022-01-01"
    assert next(iter(lifted)) == "2022-01-01"
    assert lifted["2022-01-01"] == pytest.approx(2 * plain["2022-01-01"], rel=0.01)
    assert lifted["2001-05-01"] == pytest.approx(plain["2001-05-01"], rel=0.001)
    assert lifted[""] == plain[""]


def test_match_any_and_exact(sample_archive: Archive) -> None:
    q = "جسر المتحف"
    all_words = sample_archive.search(request(q, match="all")).total
    any_word = sample_archive.search(request(q, match="any")).total
    assert all_words < any_word
    assert sample_archive.search(request("جسر", exact="1")).total < sample_archive.search(request("جسر")).total


def test_page_numbers_after_the_last_and_unknown_articles_are_refused(sample_archive: Archive) -> None:
    with pytest.raises(RequestError, match="66 results") as refused:
        sample_archive.search(SearchRequest(collapse=False).at_page(8))
    assert refused.value.code == "page_not_found"
    with pytest.raises(NotFoundError):
        sample_archive.article("0" * 16)


def test_an_article_is_shown_with_all_its_hits(sample_archive: Archive) -> None:
    search = request("جسر السنابل")
    hit = sample_archive.search(search).hits[0]
    view = sample_archive.article(hit.article.id, search)
    assert "\n".join(paragraph.text for paragraph in view.paragraphs) == hit.article.body
    assert view.marks == len(marked(view.title)) + sum(len(marked(paragraph)) for paragraph in view.paragraphs) > 2
    assert sample_archive.article(hit.article.id).marks == 0


def test_the_seed_articles_are_found_as_the_first_user_searches_them(
    shared: Path, tmp_path: Path, build: Build
) -> None:
    report = build(tmp_path / "index", shared / "seeds")
    assert (report.articles, report.exit_code) == (2, 0)
    archive = Archive(tmp_path / "index")

    def hits(q: str) -> list[str]:
        return [
            word
            for hit in archive.search(request(q)).hits
            for piece in (hit.title, *hit.snippets)
            for word in marked(piece)
        ]

    for q in ("القوات الأمريكية", "القوات الأميركية", "القوات الامريكيه", "الخفاجي", "اللواء تحسين الخفاجي", "داعش"):
        assert archive.search(request(q)).total == 2, q
    first = {q: archive.search(request(q)).hits[0].article.body for q in ("القوات الأمريكية", "القوات الأميركية")}
    assert all(q.split()[1] in body for q, body in first.items())
    found = archive.search(request("انسحاب"))
    assert found.total == 2
    bodies = " ".join(hit.article.body for hit in found.hits)
    assert "لانسحاب" in bodies
    assert "بانسحاب" in bodies
    assert set(hits("انسحاب")) == {"انسحاب", "الانسحاب"}
    assert {"يبقَ", "إلَّا"} <= set(hits("يبق إلا"))
    for furniture in ("أترك تعليقاً", "Advertisement", "نشرتنا البريدية", "اكمل القراءة", "للقراءة أو الاستماع"):
        assert archive.search(request(furniture)).total == 0, furniture
    assert {hit.article.category for hit in found.hits} == {"عربي ودولي", ""}


def test_the_cost_of_snippets_of_a_huge_line_is_bounded(analyser: Analyser) -> None:
    wanted = plan(request("الجسر"), analyser).marked

    def cost(times: int) -> int:
        """Returns the number of calls that finding the snippets of a line with this many hits takes."""
        line = "الجسر كلمة أخرى " * times
        found = calls(lambda: snippets(line, EvidenceByWords(wanted, analyser)))
        assert len(snippets(line, EvidenceByWords(wanted, analyser))) <= DEFAULT_SNIPPETS
        return found

    cost(100)  # so that caches are filled
    assert cost(60_000) < 2 * cost(6_000)


def test_only_the_first_of_very_many_hits_are_marked_but_all_are_counted(build: Build, tmp_path: Path) -> None:
    line = {"title": "نهر", "body": "\n".join(f"{number} " + "نهر " * 300 for number in range(4))}
    (tmp_path / "river.jsonl").write_text(json.dumps(line), encoding="utf-8")
    build(tmp_path / "index", tmp_path / "river.jsonl")
    archive = Archive(tmp_path / "index")
    (hit,) = archive.search(SearchRequest(q="نهر")).hits
    view = archive.article(hit.article.id, SearchRequest(q="نهر"))
    assert view.marks == 1_201
    assert [len(text.marks) for text in (view.title, *view.paragraphs)] == [1, 300, 300, 300, 99]
    client = create_app(tmp_path / "index").test_client()
    page = client.get(f"/articles/{hit.article.id}?q=نهر").get_data(as_text=True)
    assert page.count("<mark") == 1_000
    assert "1,201" in page
    assert "أول 1,000 موضع" in page
    data = client.get(f"/api/v1/articles/{hit.article.id}?q=نهر").get_json()["article"]
    assert data["hits"] == 1_201
    assert sum(len(one["marks"]) for one in data["paragraphs"]) == 999
