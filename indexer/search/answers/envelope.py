"""The JSON that the API and ``fihrist search --json`` print: one shape for both, built without a web framework.

A missing value is null, never an empty text, and so is a link that leads nowhere. Offsets in ``marks`` count code
points. Addresses are relative to the server, so that they hold behind any proxy; ``prefix`` is the path at which
the application is mounted there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from indexer import moments
from indexer.article import Article
from indexer.columns import TIMELINE
from indexer.engine.base import Cluster
from indexer.search.answers.copy_differences import Copies
from indexer.search.answers.results import (
    ArticleView,
    Expansion,
    FacetCount,
    Hit,
    IndexInfo,
    Marked,
    SearchResults,
    SimilarArticles,
    Suggestion,
    Suggestions,
    Timeline,
    Why,
    WordResults,
)
from indexer.search.answers.warnings import Notice
from indexer.search.planning.expansions import removed
from indexer.search.query.parameters import DEFAULT_PER_PAGE, MAX_DEPTH, MAX_QUERY_CHARS, default_facets
from indexer.search.query.request import SearchRequest

Envelope = dict[str, Any]

MAX_FACET_VALUES = 50

_SURROGATE = re.compile("[\ud800-\udfff]")


def search_envelope(results: SearchResults, prefix: str = "") -> Envelope:
    """A page of results as the API answers it."""
    request = results.request
    following, preceding = next_request(results), previous_request(results)
    return {
        "status": "ok",
        "took_ms": round(results.took_ms, 1),
        "query": {
            "input": request.q,
            "read_as": results.read_as,
            "match": request.match,
            "terms": [{"text": term.text, "folded": term.folded, "stem": term.stem} for term in results.terms],
            "expansions": [_expansion(expansion, request, prefix) for expansion in results.expansions],
            "dropped": list(results.dropped),
            "corrections": [{"kind": one.kind, "text": one.text, "by": one.by} for one in results.corrections],
        },
        "warnings": warnings(results.notices),
        "total": results.total,
        "total_relation": "eq",
        "partial_total": results.partial,
        "page": request.page,
        "pages": results.pages,
        "per_page": request.per_page,
        "next": search_address(following, prefix) if following else None,
        "previous": search_address(preceding, prefix) if preceding else None,
        "results": [_hit(hit, results.answered, prefix) for hit in results.hits],
        "facets": {
            name: _counts(facet_values(results, name, MAX_FACET_VALUES), "value")
            for name in request.facets
            if name != TIMELINE
        },
        "timeline": _counts(results.timeline, "period") if TIMELINE in request.facets else None,
        "suggestions": [_meant(results.meant, request, prefix)] if results.meant else [],
        "index": index_member(results.index),
    }


def article_envelope(view: ArticleView, request: SearchRequest | None = None, prefix: str = "") -> Envelope:
    """One whole article as the API answers it; ``request`` is the search whose hits it has marked."""
    article = view.article
    return {
        "status": "ok",
        "article": {
            **description(article),
            "title_html": marked_html(view.title),
            "body": article.body,
            "paragraphs": [_marked(paragraph) for paragraph in view.paragraphs],
            "hits": view.marks,
            "removed": [{"text": line.text, "reason": line.reason} for line in article.removed],
            **_copies(view.copies, request or SearchRequest(), prefix),
            "links": _links(article, request or SearchRequest(), prefix),
        },
        "index": index_member(view.index),
    }


def suggest_envelope(results: Suggestions, prefix: str = "") -> Envelope:
    """Completions as the API answers them; a headline's links lead to its article too."""
    return {
        "status": "ok",
        "took_ms": round(results.took_ms, 1),
        "query": {"input": results.request.q},
        "suggestions": [
            {"text": one.text, "kind": one.kind, "count": one.count, "links": _suggestion_links(one, prefix)}
            for one in results.suggestions
        ],
        "index": index_member(results.index),
    }


def similar_envelope(results: SimilarArticles, prefix: str = "") -> Envelope:
    """The articles similar to one as the API answers them."""
    return {
        "status": "ok",
        "took_ms": round(results.took_ms, 1),
        "article": _named(results.article, prefix),
        "results": [{**_named(one.article, prefix), "similarity": round(one.similarity, 3)} for one in results.similar],
        "index": index_member(results.index),
    }


def timeline_envelope(results: Timeline) -> Envelope:
    """How what a search finds spreads over time as the API answers it: ``articles`` is all there is of a period."""
    spread = results.spread
    return {
        "status": "ok",
        "took_ms": round(results.took_ms, 1),
        "query": {"input": results.request.q, "read_as": results.read_as},
        "warnings": warnings(results.notices),
        "by": spread.unit,
        "undated": spread.undated,
        "imprecise": spread.vague,
        "timeline": [
            {
                "period": one.period,
                "count": one.count,
                "articles": one.all,
                "share": round(one.count / one.all, 4) if one.all else 0.0,
            }
            for one in spread.periods
        ],
        "index": index_member(results.index),
    }


def words_envelope(results: WordResults, prefix: str = "") -> Envelope:
    """The significant words of a search as the API answers them; the links are those of the search with the word."""
    request = replace(results.request, offset=0, per_page=DEFAULT_PER_PAGE)
    return {
        "status": "ok",
        "took_ms": round(results.took_ms, 1),
        "query": {"input": request.q, "read_as": results.read_as},
        "warnings": warnings(results.notices),
        "total": results.total,
        "sample": results.sample,
        "words": [
            {
                "text": word.text,
                "count": word.count,
                "articles": word.articles,
                "score": round(word.score, 2),
                "links": search_links(replace(request, q=f"{request.q} {word.text}".strip()), prefix),
            }
            for word in results.words
        ],
        "index": index_member(results.index),
    }


def to_json(data: Envelope, indent: int | None = None) -> str:
    """``data`` as JSON text that any UTF-8 encoder takes: a lone surrogate out of a damaged page becomes U+FFFD."""
    return well_formed(json.dumps(data, ensure_ascii=False, indent=indent))


def well_formed(text: str) -> str:
    """``text`` without lone surrogates, which no UTF-8 encoder takes: each becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def marked_html(marked: Marked) -> str:
    """The text as HTML: everything escaped, the marks as ``<mark>``."""
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces += [escape(marked.text[end:start]), "<mark>", escape(marked.text[start:stop]), "</mark>"]
        end = stop
    return "".join([*pieces, escape(marked.text[end:])])


def web_address(url: str) -> str | None:
    """``url`` where it is an absolute http or https address, else None: no reader is ever sent to ``javascript:``."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unclosed [ of an IPv6 host
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def next_request(results: SearchResults) -> SearchRequest | None:
    """The search for the hits that follow; None at the end, and where hits lie too deep to be listed."""
    request = results.request
    offset = request.offset + request.per_page
    listed = offset < results.listed and offset + request.per_page <= MAX_DEPTH
    return replace(request, offset=offset) if listed else None


def previous_request(results: SearchResults) -> SearchRequest | None:
    """The search for the hits that precede; None at the beginning."""
    request = results.request
    return replace(request, offset=max(0, request.offset - request.per_page)) if request.offset else None


def facet_values(results: SearchResults, facet: str, most: int) -> list[FacetCount]:
    """The first ``most`` values of a facet, those among them that the search is narrowed to however far down they are.

    Only where more than ``most`` are chosen are there more.
    """
    counts, chosen = results.facets.get(facet, ()), results.request.chosen_values(facet)
    first = list(counts[:most])
    missing = chosen - {count.value for count in first}
    farther = [count for count in counts[most:] if count.value in missing] if missing else []
    while (
        farther
        and len(first) + len(farther) > most
        and (others := [at for at, count in enumerate(first) if count.value not in chosen])
    ):
        del first[others[-1]]
    return first + farther


def query_string(request: SearchRequest) -> str:
    """The request as the part of an address from ``?`` on; empty where there is nothing to state."""
    pairs = request.to_params()
    return f"?{urlencode(pairs, errors='replace')}" if pairs else ""


def search_address(request: SearchRequest, prefix: str) -> str:
    """The address of the search in the API."""
    return f"{prefix}/api/v1/search{query_string(request)}"


def _expansion(expansion: Expansion, request: SearchRequest, prefix: str) -> Envelope:
    return {
        "kind": expansion.kind,
        "text": expansion.text,
        "by": expansion.by,
        "remove": search_address(removed(expansion, request), prefix),
    }


def _why(why: Why) -> Envelope:
    return {
        "words": [
            {"text": word.text, "form": word.form, "fields": list(word.fields), "score": word.score}
            for word in why.words
        ],
        "neighbours": [list(pair) for pair in why.neighbours],
        "beside": why.beside,
        "similar": why.similar,
        "recency": why.recency,
        "lift": why.lift,
        "full_match": why.full,
    }


def _meant(query: str, request: SearchRequest, prefix: str) -> Envelope:
    return {"text": query, "links": search_links(replace(request, q=query, offset=0), prefix)}


def _hit(hit: Hit, request: SearchRequest, prefix: str) -> Envelope:
    result = {
        **description(hit.article),
        "score": hit.score,
        "snippets": [_marked(snippet) for snippet in hit.snippets],
        "title_html": marked_html(hit.title),
        "cluster": _cluster(hit.cluster),
        "links": _links(hit.article, request, prefix),
    }
    chosen = {name: member for name, member in result.items() if name in request.fields}
    own = {name: value for name, value in hit.article.own if name in request.fields}
    if own and "fields" not in request.fields:
        chosen["fields"] = own
    return {**chosen, "why": _why(hit.why)} if hit.why else chosen


def description(article: Article) -> Envelope:
    """What is known of an article besides its text."""
    return {
        "id": article.id,
        "title": article.title or None,
        "source": article.source or None,
        "url": web_address(article.url),
        "category": article.category or None,
        "author": article.author or None,
        "published_at": article.published.value if article.published else None,
        "date_precision": article.published.precision if article.published else None,
        "fetched_at": None if article.fetched_at is None else moments.written(article.fetched_at),
        "indexed_at": None if article.indexed_at is None else moments.written(article.indexed_at),
        **({"fields": dict(article.own)} if article.own else {}),
    }


def _cluster(cluster: Cluster) -> Envelope:
    return {"id": cluster.id, "size": cluster.size}


def _copies(copies: Copies, request: SearchRequest, prefix: str) -> Envelope:
    """The cluster, the articles of it, and how the one that was to be compared differs, null where none was."""
    differs = copies.compared
    return {
        "cluster": _cluster(copies.cluster),
        "copies": [{**description(other), "links": _links(other, request, prefix)} for other in copies.others],
        "comparison": differs
        and {
            "id": differs.other.id,
            "title": [piece._asdict() for piece in differs.title],
            "paragraphs": [[piece._asdict() for piece in paragraph] for paragraph in differs.paragraphs],
            "whole": differs.whole,
        },
    }


def _links(article: Article, request: SearchRequest, prefix: str) -> Envelope:
    query = query_string(SearchRequest(q=request.q, match=request.match, exact=request.exact, without=request.without))
    return {
        "self": f"{prefix}/api/v1/articles/{article.id}{query}",
        "page": f"{prefix}/articles/{article.id}{query}",
        "similar": f"{prefix}/api/v1/articles/{article.id}/similar",
    }


def _named(article: Article, prefix: str) -> Envelope:
    return {**description(article), "links": _links(article, SearchRequest(), prefix)}


def search_links(request: SearchRequest, prefix: str) -> Envelope:
    """The addresses of a search: in the API, and as a page; null where its query is too long to be asked."""
    if len(request.q) > MAX_QUERY_CHARS:
        return {"search": None, "page": None}
    return {"search": search_address(request, prefix), "page": f"{prefix}/{query_string(page_request(request))}"}


def page_request(request: SearchRequest) -> SearchRequest:
    """``request`` without what pages do not know."""
    plain = SearchRequest()
    return replace(
        request,
        facets=default_facets(request.own_fields),
        snippets=plain.snippets,
        snippet_chars=plain.snippet_chars,
        fields=plain.fields,
    )


def _suggestion_links(suggestion: Suggestion, prefix: str) -> Envelope:
    links = search_links(SearchRequest(q=suggestion.text), prefix)
    if not suggestion.article:
        return {**links, "article": None}
    return {
        **links,
        "page": f"{prefix}/articles/{suggestion.article}",
        "article": f"{prefix}/api/v1/articles/{suggestion.article}",
    }


def warnings(notices: Iterable[Notice]) -> list[Envelope]:
    """What a caller is told of parts of a request that were not read, or can find nothing."""
    return [notice._asdict() for notice in notices]


def _marked(marked: Marked) -> Envelope:
    return {"html": marked_html(marked), "text": marked.text, "marks": [list(mark) for mark in marked.marks]}


def _counts(counts: Iterable[FacetCount], key: str) -> list[Envelope]:
    return [{key: count.value, "count": count.count} for count in counts]


def index_member(index: IndexInfo) -> Envelope:
    """The generation that answered."""
    return {"generation": index.generation, "built_at": index.built_at, "articles": index.articles}
