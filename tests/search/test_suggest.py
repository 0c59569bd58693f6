# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests similar articles and significant words, in the archive and, together with completion, as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engine.significance import log_likelihood
from indexer.errors import NotFoundError
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.conftest import ROOT, Build
from tests.servers import build_index
from tests.shapes import DESCRIPTION, shaped
from tests.web_fixtures import BARE, HOSTILE, IRAQ, MANY, ListArchive, Page, article, client_of, client_over, parameters
from web.app import create_app

# --- similar articles and significant words


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with two subjects of five articles each among thirty others, each subject with words of its own."""
    bridge = ["جسر", "نهر", "أعمدة", "هندسة", "مهندس", "رافعة", "خرسانة", "إسمنت"]
    match = ["مباراة", "مرمى", "حارس", "هدف", "ملعب", "جمهور", "مدرّب", "ركلة"]
    own = [first + second for first in "بتثجح" for second in "خدذرزسش"]
    articles = [
        article(f"{name}-{n}", f"خبر {words[0]}", f"{' '.join(words[n:] + words[:n])} {words[0]}{own[n]}")
        for name, words in (("bridge", bridge), ("match", match))
        for n in range(5)
    ]
    articles += [article(f"other-{n}", f"خبر {own[n]}", f"قطف{own[n]} طلس{own[n]} بغم{own[n]}") for n in range(30)]
    return Archive(build_index(tmp_path_factory.mktemp("topics"), articles))


def ids(archive: Archive, word: str) -> list[str]:
    return [hit.article.id for hit in archive.search(SearchRequest(q=word, per_page=50)).hits]


def test_similar_articles_have_the_same_subject_the_most_similar_first(topics: Archive) -> None:
    bridges = ids(topics, "خرسانة")
    found = topics.similar(bridges[0], 10)
    assert {one.article.id for one in found.similar} == set(bridges[1:])
    assert [one.similarity for one in found.similar] == sorted((one.similarity for one in found.similar), reverse=True)
    assert all(0.12 <= one.similarity <= 1 for one in found.similar)
    assert len(topics.similar(bridges[0], 2).similar) == 2


def test_an_article_unlike_all_others_has_no_similar_ones(topics: Archive) -> None:
    (alone,) = ids(topics, "=طلستر")
    assert topics.similar(alone, 10).similar == ()
    with pytest.raises(NotFoundError):
        topics.similar("0" * 16, 10)


def test_copies_are_not_listed_as_similar(tmp_path: Path) -> None:
    copies = [article(key, IRAQ.title, f"{IRAQ.body}\n{key}", source=key) for key in ("أ", "ب")]
    other = article("ج", "العراق ينتظر", IRAQ.body.split("\n")[0] + " وقال آخرون غير ذلك في ندوة عن الاقتصاد والزراعة.")
    archive = Archive(build_index(tmp_path, [*copies, other, *MANY]))
    first = archive.search(SearchRequest(q=IRAQ.title)).hits[0]
    assert first.cluster.size == 2
    found = [one.article.title for one in archive.similar(first.article.id, 3).similar]
    assert found[:1] == ["العراق ينتظر"]
    assert IRAQ.title not in found


def test_significant_words_are_those_of_the_subject(topics: Archive) -> None:
    found = topics.words(SearchRequest(q="جسر", per_page=5))
    assert (found.sample, found.total) == (5, 5)
    texts = {word.text for word in found.words}
    assert texts <= {"نهر", "أعمدة", "هندسة", "مهندس", "رافعة", "خرسانة", "إسمنت"}
    assert len(texts) == 5
    assert all((word.count, word.articles) == (5, 5) for word in found.words)
    scores = [word.score for word in found.words]
    assert scores == sorted(scores, reverse=True)
    assert topics.words(SearchRequest(q="كلمة غائبة تماما", match="all")).words == ()
    assert topics.words(SearchRequest()).words == (), "the whole archive has no words that distinguish it from itself"


def test_a_name_is_shown_as_it_is_written(tmp_path: Path) -> None:
    names = [article(f"n{n}", "زيارة", f"وصل أبو الخير{n % 2 * ' وعبدالسلام'} إلى المدينة {n}") for n in range(4)]
    others = [article(f"o{n}", f"خبر {n}", f"قطف{n} طلس{n}") for n in range(30)]
    found = Archive(build_index(tmp_path, [*names, *others])).words(SearchRequest(q="زيارة", per_page=20))
    texts = {word.text for word in found.words}
    assert {"أبو الخير", "عبدالسلام"} <= texts
    assert "ابوالخير" not in texts


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 5_000), st.integers(0, 5_000))
def test_the_log_likelihood_is_0_without_excess_and_grows_with_it(
    sample: int, inside: int, outside: int, rest: int
) -> None:
    inside, outside = min(inside, sample), min(outside, rest)
    score = log_likelihood(inside, sample, inside + outside, sample + rest)
    assert score >= 0
    if rest and inside * rest > outside * sample:
        assert score > 0
        if inside < sample:
            assert log_likelihood(inside + 1, sample, inside + 1 + outside, sample + rest) > score
    else:
        assert score == 0


def test_the_log_likelihood_follows_dunning() -> None:
    # Computed by hand: 10 of 20 against 30 of 1,000 (20 of the other 980): 2 * (10 ln(10 / 0.6) + 20 ln(20 / 29.4)).
    assert log_likelihood(10, 20, 30, 1_000) == pytest.approx(2 * (10 * 2.8134107 + 20 * -0.3852624), abs=1e-3)


def test_both_seed_articles_find_each_other(shared: Path, build: Build, tmp_path: Path) -> None:
    build(tmp_path / "index", shared / "seeds", ROOT / "sample")
    archive = Archive(tmp_path / "index")
    first, second = (hit.article.id for hit in archive.search(SearchRequest(q="تحسين الخفاجي", match="all")).hits)
    for one, other in ((first, second), (second, first)):
        assert archive.similar(one, 5).similar[0].article.id == other


# --- the API


def get(client: FlaskClient, path: str, status: int = 200) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == status
    data: dict[str, Any] = response.get_json(force=True)
    return data


SUGGEST, WORDS_OF = "/api/v1/suggest", "/api/v1/words"
SIMILAR = f"/api/v1/articles/{IRAQ.id}/similar"


def test_suggestions_have_an_envelope() -> None:
    data = get(client_over(), f"{SUGGEST}?q=بغداد&limit=3")
    shaped(data, {"status": str, "took_ms": float, "query": dict, "suggestions": list, "index": dict})
    for one in data["suggestions"]:
        shaped(one, {"text": str, "kind": str, "count": int, "links": dict})
    word, headline = data["suggestions"]
    assert (word["text"], word["kind"]) == ("بغداد", "word")
    assert word["links"]["article"] is None
    assert headline["links"]["page"] == f"/articles/{IRAQ.id}"
    for one in (word, headline):
        assert all(client_over().get(address).status_code == 200 for address in one["links"].values() if address)


def test_similar_articles_have_an_envelope() -> None:
    data = get(client_over(), f"{SIMILAR}?limit=2")
    shaped(data, {"status": str, "took_ms": float, "article": dict, "results": list, "index": dict})
    assert data["article"]["id"] == IRAQ.id
    assert len(data["results"]) == 2
    left_out = ("title_html", "title_marks", "cluster", "story")
    described = {key: kind for key, kind in DESCRIPTION.items() if key not in left_out}
    for one in data["results"]:
        shaped(one, {**described, "similarity": float})
        assert get(client_over(), one["links"]["similar"])["article"]["id"] == one["id"]


def test_significant_words_have_an_envelope() -> None:
    data = get(client_over(), f"{WORDS_OF}?q=مفاوضات&source=نشرة النيل")
    shaped(
        data,
        {
            "status": str, "took_ms": float, "query": dict, "warnings": list, "total": int, "sample": int,
            "words": list, "index": dict,
        },
    )  # fmt: skip
    (word,) = data["words"]
    shaped(word, {"text": str, "count": int, "articles": int, "score": float, "links": dict})
    for address in word["links"].values():
        assert parameters(address) == {"q": ["مفاوضات الحدود"], "source": ["نشرة النيل"]}
    long = get(client_over(), f"{WORDS_OF}?q={'ا' * 1_000}")["words"]
    assert [one["links"] for one in long] == [{"search": None, "page": None}]


@pytest.mark.parametrize(
    ("path", "status", "code", "param"),
    [
        (f"{SUGGEST}?limit=-1", 400, "invalid_parameter", "limit"),
        (f"{SUGGEST}?q=" + "ا" * 1_001, 400, "query_too_long", "q"),
        (f"{SUGGEST}?q=a&q=b", 400, "invalid_parameter", "q"),
        (f"{WORDS_OF}?from=never", 400, "invalid_parameter", "from"),
        (f"{SIMILAR}?limit=x", 400, "invalid_parameter", "limit"),
        ("/api/v1/articles/0000000000000000/similar", 404, "article_not_found", None),
        ("/api/v1/articles/zzz/similar", 404, "article_not_found", None),
    ],
)
def test_invalid_requests_are_problems(path: str, status: int, code: str, param: str | None) -> None:
    response = client_over().get(path)
    assert response.mimetype == "application/problem+json"
    problem = response.get_json(force=True)
    assert (response.status_code, problem["code"], problem["param"]) == (status, code, param)


@pytest.mark.parametrize("path", [f"{SUGGEST}?q=بغداد", SIMILAR, f"{WORDS_OF}?q=العراق"])
def test_answers_are_revalidated_without_being_made_again(path: str) -> None:
    archive = ListArchive()
    client = client_of(archive)
    first = client.get(path)
    assert first.cache_control.no_cache
    made = archive.searches
    assert made
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, archive.searches) == (304, b"", made)


def test_a_mount_point_is_part_of_the_links() -> None:
    base = "http://localhost/archive"
    for path, key in ((f"{SUGGEST}?q=بغداد", "suggestions"), (f"{WORDS_OF}?q=العراق", "words")):
        data = client_over().get(path, base_url=base).get_json()
        addresses = [address for one in data[key] for address in one["links"].values()]
        assert all(address.startswith("/archive/") for address in addresses if address)


def test_the_article_page_names_similar_articles() -> None:
    page = Page(client_over(IRAQ, HOSTILE, BARE), f"/articles/{IRAQ.id}")
    (section,) = page.all("section", class_="similar")
    links = [link.get("href") for link in section.iter("{http://www.w3.org/1999/xhtml}a")]
    assert links == [f"/articles/{HOSTILE.id}", f"/articles/{BARE.id}"]
    assert not Page(client_over(IRAQ), f"/articles/{IRAQ.id}").all("section", class_="similar")


@pytest.fixture(scope="module")
def sample_client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


@given(q=st.text(max_size=30))
@settings(max_examples=30)
def test_no_query_is_a_server_error(sample_client: FlaskClient, q: str) -> None:
    for path in (SUGGEST, WORDS_OF):
        assert sample_client.get(path, query_string={"q": q.encode("utf-8", "replace")}).status_code == 200
