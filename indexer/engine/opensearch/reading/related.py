# SPDX-License-Identifier: GPL-3.0-or-later
"""Similar articles, and the significant words of a list of articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from indexer.article import Article
from indexer.engine.opensearch import encoding
from indexer.engine.opensearch.documents import analysed, article_of
from indexer.engine.opensearch.reading import fetching, ordering
from indexer.engine.opensearch.reading.asking import Asking
from indexer.engine.opensearch.reading.generation import ClusterGeneration
from indexer.engine.opensearch.reading.page_search import ClusterPageSearch
from indexer.engine.opensearch.words.changes import BASE
from indexer.engine.queries import Ranked
from indexer.engine.questions import ArticleQuery, PageRequest, SignificantTerm, SignificantTerms, SimilarArticle
from indexer.engine.significance import LOOKED_AT, significant_terms
from indexer.engine.similarity import HeldWords, most_similar, similar_to_text, similarity_query

Json = dict[str, Any]

_COUNTS, _ARTICLES = "counts", "articles"
_OF_A_SHARD = 5 * LOOKED_AT
"""Each shard tells this many of its most frequent words, so that those of all shards add up rightly."""


def similar(generation: ClusterGeneration, article_id: str, most: int) -> list[SimilarArticle]:
    """See `Searcher.similar`. Three requests: the article, those similar to it, and their texts."""
    hits = generation.searches([_article_body(generation, article_id)])[0]["hits"]["hits"]
    if not hits or most <= 0:
        return []
    source = hits[0]["_source"]
    held = analysed(article_of(source), generation.analyser).bases.items()
    dictionary = generation.dictionary
    ranked = similarity_query(
        held, generation.analyser, dictionary.articles, lambda stems: dictionary.counts("stem", stems)
    )
    if ranked is None:
        return []
    answers = generation.searches(_similar_bodies(generation, ranked, article_id, most))
    best, own = ([_scored(hit) for hit in answer["hits"]["hits"]] for answer in answers)
    clusters = {one: cluster for one, cluster, _ in (*best, *own)} | {article_id: source["cluster"]}
    scores = {one: score for one, _, score in (*best, *own)}
    ordered = sorted(scores.items(), key=lambda pair: -pair[1])
    found = list(most_similar(ordered, article_id, most, clusters.__getitem__))
    articles = fetching.articles(generation, [other for other, _ in found])
    return [SimilarArticle(articles[other], similarity) for other, similarity in found if other in articles]


def similar_to(generation: ClusterGeneration, text: str, most: int) -> list[SimilarArticle]:
    """See `Searcher.similar_to`. Two requests: the articles that are similar, and their texts."""
    analyser, dictionary = generation.analyser, generation.dictionary
    held = HeldWords.of(text, analyser)

    def counts(stems: Sequence[str]) -> Sequence[int]:
        return dictionary.counts("stem", stems)

    ranked = similarity_query(held.bases, analyser, dictionary.articles, counts)
    if ranked is None or most <= 0:
        return []
    average = dictionary.average_length
    whole = held.own_score(ranked, analyser, average, lambda stem: dictionary.idf(counts([stem])[0]))
    answer = generation.searches(_similar_bodies(generation, ranked, "", most)[:1])[0]
    best = [_scored(hit) for hit in answer["hits"]["hits"]]
    clusters = {one: cluster for one, cluster, _ in best}
    scores = [(one, score) for one, _, score in best]
    found = list(similar_to_text(scores, whole, most, clusters.__getitem__))
    articles = fetching.articles(generation, [other for other, _ in found])
    return [SimilarArticle(articles[other], similarity) for other, similarity in found if other in articles]


def _article_body(generation: ClusterGeneration, article_id: str) -> Json:
    return {
        "size": 1,
        "track_total_hits": False,
        "_source": ["article", "cluster"],
        "query": {"bool": {"filter": [{"term": {"id": article_id}}, generation.visible]}},
    }


def _similar_bodies(generation: ClusterGeneration, ranked: Ranked, article_id: str, most: int) -> list[Json]:
    """The searches for the best article of each cluster, and for the score of the article itself."""
    scored = Asking(generation, ArticleQuery(ranked)).translator.scored(ranked.query)
    common = {
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["id", "cluster"],
        "sort": ordering.sort("relevance"),
    }

    def among(*filters: Json) -> Json:
        return {"query": {"bool": {"must": [scored], "filter": [generation.visible, *filters]}}}

    return [
        # One of the clusters is that of the article itself.
        {**common, **among(), "size": most + 1, "collapse": {"field": "cluster"}},
        {**common, **among({"term": {"id": article_id}}), "size": 1},
    ]


def _scored(hit: Json) -> tuple[str, str, float]:
    """The id, cluster and score of a hit."""
    return hit["fields"]["id"][0], hit["fields"]["cluster"][0], float(hit["sort"][0])


def significant(
    generation: ClusterGeneration, request: PageRequest, most: int, without: Collection[str] = ()
) -> SignificantTerms:
    """See `Searcher.significant`. All counts are exact but those inside very large samples."""
    search = ClusterPageSearch(generation, request)
    ids = [hit.id for hit in search.hits()][: max(0, search.counted - request.offset)]
    if not ids:
        return SignificantTerms((), 0, search.counted)
    answer = generation.searches([_bases_body(generation, ids)])[0]
    inside = [(bucket["key"], int(bucket["doc_count"])) for bucket in answer["aggregations"][_COUNTS]["buckets"]]
    everywhere = generation.dictionary.counts(BASE, [base for base, _ in inside])
    frequent = [(base, count, articles) for (base, count), articles in zip(inside, everywhere, strict=True)]
    analyser = generation.analyser
    terms = significant_terms(frequent, len(ids), generation.dictionary.articles, analyser, most, without)
    examples = _examples(generation, [term for term in terms if analyser.may_be_joined(term.base)], ids)
    with_examples = [replace(term, example=examples.get(term.base)) for term in terms]
    return SignificantTerms(tuple(with_examples), len(ids), search.counted)


def _bases_body(generation: ClusterGeneration, ids: Sequence[str]) -> Json:
    bases = {"field": "base", "size": LOOKED_AT, "shard_size": _OF_A_SHARD, "execution_hint": "map"}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"terms": {"id": list(ids)}}, generation.visible]}},
        "aggs": {_COUNTS: {"terms": bases}},
    }


def _examples(
    generation: ClusterGeneration, terms: Sequence[SignificantTerm], ids: Sequence[str]
) -> dict[str, Article]:
    """The first of the articles ``ids`` that has each of ``terms``, by base."""
    if not terms:
        return {}
    bases = {"field": "base", "include": [encoding.term(term.base) for term in terms], "size": len(terms)}
    inner = {_ARTICLES: {"terms": {"field": "id", "size": len(ids), "shard_size": len(ids)}}}
    body = _bases_body(generation, ids) | {"aggs": {_COUNTS: {"terms": bases, "aggs": inner}}}
    place = {one: at for at, one in enumerate(ids)}
    first = {
        bucket["key"]: min((one["key"] for one in bucket[_ARTICLES]["buckets"]), key=place.__getitem__)
        for bucket in generation.searches([body])[0]["aggregations"][_COUNTS]["buckets"]
    }
    articles = fetching.articles(generation, list(dict.fromkeys(first.values())))
    return {base: articles[one] for base, one in first.items() if one in articles}
