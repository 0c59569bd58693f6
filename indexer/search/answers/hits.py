"""The articles found as hits: with their marks, snippets, copies and reasons, so far as these are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer import deadline
from indexer.engine.base import Searcher
from indexer.search.answers.results import Hit, Marked
from indexer.search.answers.why import why
from indexer.search.planning.plan import Plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets import evidence, marks
from indexer.search.snippets.evidence import Analysed, Promises


def found_hits(
    searcher: Searcher, docs: Sequence[tuple[int, float]], asked: Plan, request: SearchRequest, copies: int
) -> tuple[Hit, ...]:
    """The hits ``docs``, (article number, score) pairs, each with at most so many ``copies``.

    Raises DamagedIndexError, TooSlowError.
    """
    in_title = Analysed(asked.wanted_in_title, searcher.analyser)
    snipped = "snippets" in request.fields and request.snippets
    in_bodies = evidence.in_bodies(asked.wanted, searcher, [doc for doc, _ in docs]) if snipped else [None] * len(docs)
    hits = tuple(
        _hit(searcher, doc, score, in_title, in_body, request, copies)
        for (doc, score), in_body in zip(docs, in_bodies, strict=True)
    )
    if not (request.explain and asked.ranked):
        return hits
    reasons = searcher.explain(asked.ranked, [doc for doc, _ in docs])
    return tuple(
        replace(hit, why=why(reason, asked.terms, hit.score)) for hit, reason in zip(hits, reasons, strict=True)
    )


def _hit(
    searcher: Searcher,
    doc: int,
    score: float,
    in_title: Promises,
    in_body: Promises | None,
    request: SearchRequest,
    copies: int,
) -> Hit:
    """The hit with what ``request`` wants of it, and no more; without ``in_body`` it has no snippets."""
    deadline.check()
    article = searcher.fetch(doc)
    title: Marked = Marked(article.title)
    snippets: tuple[Marked, ...] = ()
    if "title_html" in request.fields:
        title = marks.mark(article.title, in_title)
    if in_body:
        snippets = marks.snippets(article.body, in_body, request.snippets, request.snippet_chars)
    cluster = searcher.cluster(doc)
    return Hit(
        article=article,
        score=score,
        title=title,
        snippets=snippets,
        cluster=cluster,
        copies=searcher.copies(article.id, copies)[1] if copies and cluster.size > 1 else (),
    )
