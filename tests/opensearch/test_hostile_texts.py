# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that texts of any kind are stored, found and counted in a cluster as elsewhere, and stay texts.

The engine in memory says what is right. A server in between writes down what the cluster is asked.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from indexer.article import Article, Published, article_id
from indexer.columns import ChosenNames
from indexer.engine.engines import store_at
from indexer.engine.memory.store import MemoryStore
from indexer.engine.opensearch.keeping.store import OpenSearchStore
from indexer.engine.queries import Filters
from indexer.engine.questions import ArticleQuery, PeriodRequest
from indexer.errors import RequestError
from indexer.search.answers.spread import AUTOMATIC
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.contract import publish
from tests.opensearch.faulty import Asked, Faulty, faulty
from tests.opensearch.nodes import Nodes
from web.app import create_app

SYNTAX = (
    "*",
    "?",
    "\\",
    '"',
    "'",
    "`",
    "|",
    "_",
    "-",
    "+",
    "=",
    "~",
    "^",
    ":",
    "/",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "!",
    "&&",
    "||",
    "AND",
    "OR",
    "NOT",
    "TO",
    "title:",
    "source:",
    "after:2023",
    "before:0001",
    "year:9999",
    "\x00",
    "\x1f",
    "\n",
    '{"match_all":{}}',
    '{"query_string":{"query":"*:*"}}',
    "_exists_:id",
    "id:[* TO *]",
    "stem:/.*/",
    "*:*",
    "ctx._source.remove('id')",
    "params['_source']",
    "return 1;",
    "${jndi:ldap://x}",
    "<script>",
    "%2e%2e/_search",
    "../_all",
    "\ud800",
    "\u202e",
    "\ufeff",
    "جسر",
    "المدينة",
    "سوق",
    "gates",
    "٢٠٢٣",
    "e\u0301",
    "😀",
)
NAMES = (
    *SYNTAX,
    "",
    " ",
    "a b",
    "جريدة الصباح",
    "A",
    "a",
    "á",
    "x" * 40_000,
    "س" * 20_000,
    "x" * 32_766,
    "x" * 32_767,
    "x" * 8_000,
    "x" * 8_001,
    "\u0001" + "0" * 32,
    "null",
    "true",
    "1",
    "-1",
    "1e5",
    "_source",
    "own.x",
    "[]",
    "a\x00b",
    "a\ud800b",
    "\U0010ffff",
    ".",
    "..",
    "#",
    "a,b",
    "0001-01-01",
)
DATES = (
    "0001",
    "0001-01-01",
    "0001-01-01T00:00",
    "0999-12",
    "1582-10-10",
    "1900-02-28",
    "2000-02-29T23:59",
    "9999",
    "9999-12",
    "9999-12-31",
    "9999-12-31T23:59",
)
LONG_WORDS = (
    "س" * 16_383,
    "س" * 16_384,
    "s" * 32_766,
    "s" * 32_767,
    "ب" * 100_000,
    "a|b",
    "a_b",
    "_",
    "|",
    "||",
    "_|_",
)
OWN = ("topic", "a-b", "a.b", "..", "*", "_id", "own", "id", 'x"y', "\x00", "\ud800", "x" * 300, "موضوع")


def made(name: str, body: str = "", **fields: Any) -> Article:
    return Article(article_id(name), f"خبر {name}", body or "نص الخبر عن المدينة", f"/{name}", indexed_at=1, **fields)


ARTICLES = (
    # A source is kept in the catalog, too, which refuses a lone surrogate: reading leaves none.
    *(made(f"name{n}", source=name.replace("\ud800", ""), category=name, author=name) for n, name in enumerate(NAMES)),
    *(made(f"date{n}", published=Published(date), source="تواريخ") for n, date in enumerate(DATES)),
    *(made(f"word{n}", f"كلمة {word} طويلة") for n, word in enumerate(LONG_WORDS)),
    made("all", " ".join(LONG_WORDS)),
    *(made(f"own{n}", own=((name, name),)) for n, name in enumerate(OWN)),
    made("own all", own=tuple(sorted((name, "قيمة") for name in OWN))),
    made("syntax", " ".join(SYNTAX)),
    made("large", "جسر على النهر في المدينة القديمة\n" * 65_000),  # 4 MB
    made("empty", "\n"),
)


@pytest.fixture(scope="module")
def server(nodes: Nodes) -> Iterator[Faulty]:
    with faulty(nodes.addresses[0]) as started:
        yield started


@pytest.fixture(scope="module")
def archives(nodes: Nodes, server: Faulty) -> Iterator[tuple[Archive, Archive, str]]:
    """The articles in memory and in the cluster, and the address of the latter."""
    direct = nodes.new_address()
    address = server.address(direct.rpartition("/")[2])
    stores = MemoryStore(address="memory://hostile"), store_at(address)
    for store in stores:
        publish(store, ARTICLES)
    yield Archive(stores[0]), Archive(stores[1]), address
    nodes.remove_index(direct)


def test_every_article_comes_back_as_it_was(archives: tuple[Archive, Archive, str]) -> None:
    opened = store_at(archives[2]).open()
    found = opened.searcher.articles([one.id for one in ARTICLES])
    assert opened.searcher.count() == len(ARTICLES)
    for one in ARTICLES:
        assert found[one.id] == one, one.path
    opened.close()
    assert list(store_at(archives[2]).damages()) == []


@pytest.mark.parametrize("column", ["source", "category", "author", *OWN])
def test_names_of_any_kind_are_listed_counted_and_chosen(archives: tuple[Archive, Archive, str], column: str) -> None:
    opened = store_at(archives[2]).open()
    wanted = Counter(name for one in ARTICLES for name in one.names_in(column))
    if column in ("source", "category", "author") or column in opened.searcher.own_fields:
        assert list(opened.searcher.names(column)) == sorted(wanted)
    chosen = [ArticleQuery(filters=Filters(chosen=ChosenNames({column: [name]}))) for name in wanted]
    assert opened.searcher.matches(chosen) == list(wanted.values())
    opened.close()


def test_dates_from_the_first_to_the_last_year(archives: tuple[Archive, Archive, str]) -> None:
    request = SearchRequest(sort="oldest", per_page=100)
    ours, theirs = (one.search(request, spread=AUTOMATIC) for one in archives[:2])
    dates = [[hit.article.published for hit in found.hits if hit.article.published] for found in (ours, theirs)]
    assert dates[0] == dates[1]
    assert ours.timeline == theirs.timeline
    assert ours.spread == theirs.spread
    for store in (store_at(archives[2]),):
        opened = store.open()
        (years,) = opened.searcher.periods([PeriodRequest(ArticleQuery(), "year")])
        assert dict(years.counts)["0001"] == 3
        assert dict(years.counts)["9999"] == 4
        opened.close()


def answer(archive: Archive, request: SearchRequest) -> object:
    try:
        found = archive.search(request, spread=AUTOMATIC)
    except RequestError as error:
        return str(error)
    return found.total, found.partial, {name: tuple(one) for name, one in found.facets.items()}, found.timeline


PLAIN = frozenset(
    (
        "bool",
        "must",
        "should",
        "filter",
        "must_not",
        "minimum_should_match",
        "boost",
        "term",
        "terms",
        "range",
        "prefix",
        "match_all",
        "match_none",
        "match_phrase",
        "constant_score",
        "dis_max",
        "function_score",
        "intervals",
        "exists",
        "ids",
    )
)
FORBIDDEN = frozenset(
    (
        "query_string",
        "simple_query_string",
        "multi_match",
        "match",
        "regexp",
        "wildcard",
        "fuzzy",
        "script",
        "script_score",
        "script_fields",
        "scripted_metric",
        "more_like_this",
        "percolate",
        "template",
        "source_template",
        "runtime_mappings",
        "inline",
        "lang",
        "stored_script",
        "combined_fields",
        "more_like_this",
        "wrapper",
        "span_multi",
    )
)


def keys(value: Any) -> Iterator[str]:
    """Yields the names of members that OpenSearch reads as its own, not those of fields."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            yield from keys(one)
    elif isinstance(value, list):
        for one in value:
            yield from keys(one)


def hostile_queries(count: int) -> Iterator[str]:
    drawn = random.Random(20)
    yield from SYNTAX
    yield from (one * 400 for one in '*|_"(~-:\\/')
    yield from (
        "جسر " * 100,
        '"' + "جسر " * 99 + '"',
        "(" * 200 + "جسر" + ")" * 197,
        "جسر OR " * 57,
        "-جسر " * 80,
        "ج* " * 133,
    )
    yield from (
        "title:" * 66,
        "=جسر " * 80,
        '"جسر المدينة"~9 ' * 26,
        "source:* " * 44,
        "س" * 400,
        '"جسر|سوق _"',
        "جسر_سوق|x",
    )
    for _ in range(count):
        query = ""
        while len(query) < drawn.choice((10, 40, 120, 400)):
            query += drawn.choice(SYNTAX) + drawn.choice(("", "", " "))
        yield query[:400]


def test_a_text_of_4_mb_has_snippets(archives: tuple[Archive, Archive, str]) -> None:
    request = SearchRequest(q="النهر", collapse=False)
    ours, theirs = (one.search(request) for one in archives[:2])
    assert [hit.snippets for hit in theirs.hits] == [hit.snippets for hit in ours.hits]
    assert theirs.hits[0].snippets


def test_queries_stay_texts(archives: tuple[Archive, Archive, str], server: Faulty) -> None:
    server.asked.clear()
    for number, query in enumerate(hostile_queries(40)):
        # No snippets: one article has 4 MB, and its words are analysed anew for those of each query.
        request = SearchRequest(q=query, match=("auto", "any", "all")[number % 3], collapse=False, snippets=0)
        assert answer(archives[1], request) == answer(archives[0], request), (number, query, request.match)
    assert len(server.asked) > 100
    seen: set[str] = set()
    for asked in server.asked:
        assert_plain(asked)
        for line in asked.lines():
            seen.update(keys(line))
    assert not seen & FORBIDDEN, seen & FORBIDDEN
    assert seen & PLAIN


def assert_plain(asked: Asked) -> None:
    """Nothing of a query is a part of an address."""
    assert asked.path.isascii()
    assert not set(asked.path) & set("*?%\"'<>{} "), asked.path
    assert "q=" not in asked.parameters
    assert "source" not in asked.parameters.replace("_source", "")


def test_addresses_with_hostile_ids_and_names_find_nothing(archives: tuple[Archive, Archive, str]) -> None:
    client = create_app(archive=archives[1]).test_client()
    for name in ("_search", "..%2f_all", "*", "%22", "%ED%A0%80", "%00", "x" * 600, "0000000000000000", "_all", "a|b"):
        for path in (f"/articles/{name}", f"/api/v1/articles/{name}", f"/api/v1/articles/{name}/similar"):
            assert client.get(path).status_code in (400, 404, 414), path
    for name in ("source", "author"):
        for value in SYNTAX[:30]:
            got = client.get("/api/v1/search", query_string={name: value.encode("utf-8", "replace"), "q": "خبر"})
            assert got.status_code in (200, 400), (name, value)


def test_a_query_with_very_many_parts_is_answered(archives: tuple[Archive, Archive, str]) -> None:
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    for query in ("ا* " * 133, "ا " * 200, " ".join(map(str, range(100))), " OR ".join(letters), "* ".join(letters)):
        request = SearchRequest(q=query[:400], match="any", collapse=False, snippets=0)
        assert answer(archives[1], request) == answer(archives[0], request), query


@pytest.mark.slow
def test_more_values_than_a_facet_lists(nodes: Nodes) -> None:
    address = nodes.new_address()
    store = OpenSearchStore(address, 2)
    count = 10_050
    publish(store, [made(f"n{n}", "نص", source=f"مصدر {n}") for n in range(count)])
    opened = store.open()
    assert len(opened.searcher.names("source")) == count
    assert opened.searcher.matches([ArticleQuery(filters=Filters(chosen=ChosenNames({"source": ["مصدر 10049"]})))]) == [
        1
    ]
    opened.close()
    found = Archive(store).search(SearchRequest(q="خبر"))
    assert found.total == count
    assert len(found.facets["source"]) <= 10_000
    many = Filters(chosen=ChosenNames({"source": [f"مصدر {n}" for n in range(count)]}))
    opened = store.open()
    assert opened.searcher.matches([ArticleQuery(filters=many)]) == [count]
    opened.close()
    nodes.remove_index(address)
