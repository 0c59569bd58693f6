# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the hits of a page: the articles found, with the marks, snippets and reasons that are asked for."""

from __future__ import annotations

from dataclasses import replace

from indexer import deadline
from indexer.arabic.analyser import Analyser
from indexer.engine.base import Searcher
from indexer.engine.questions import FoundArticle
from indexer.search.answers.results import Hit, Marked
from indexer.search.answers.stories_shown import story_beyond
from indexer.search.answers.why import why
from indexer.search.planning.plan import QueryPlan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets import evidence, marks
from indexer.search.snippets.evidence import EvidenceByWords

_MARKING = {"title_html", "title_marks"}


def has_snippets(request: SearchRequest) -> bool:
    """Whether snippets are asked for."""
    return "snippets" in request.fields and request.snippets > 0


def hits_of(
    found: tuple[FoundArticle, ...], asked: QueryPlan, request: SearchRequest, searcher: Searcher
) -> tuple[Hit, ...]:
    """The hits of the articles ``found`` by ``asked``, with what ``request`` asks for. Raises TooSlowError."""
    in_title = EvidenceByWords(asked.marked_in_title, searcher.analyser)
    return tuple(
        replace(_hit(one, asked, request, in_title), story=story_beyond(searcher, one.article.id, one.cluster))
        for one in found
    )


def _hit(found: FoundArticle, asked: QueryPlan, request: SearchRequest, in_title: EvidenceByWords) -> Hit:
    deadline.check()
    article = found.article
    snippets: tuple[Marked, ...] = ()
    if has_snippets(request):
        in_body = evidence.of_body(asked.marked, in_title.analyser, article.body, found.places)
        snippets = marks.snippets(article.body, in_body, request.snippets, request.snippet_chars)
    hit = Hit(
        article=article,
        score=found.score,
        title=marks.mark(article.title, in_title) if _MARKING & {*request.fields} else Marked(article.title),
        snippets=snippets,
        cluster=found.cluster,
        copies=found.copies,
        body=_whole(article.body, asked, in_title.analyser) if "body" in request.fields else None,
    )
    if found.explanation is None:
        return hit
    return replace(hit, why=why(found.explanation, asked.terms, found.score))


def _whole(body: str, asked: QueryPlan, analyser: Analyser) -> Marked:
    """The whole text with its matches, found line by line as on the page of an article."""
    evidence_of = EvidenceByWords(asked.marked, analyser)
    found: list[tuple[int, int]] = []
    start = 0
    for line in body.split("\n"):
        deadline.check()
        if len(found) < marks.MOST_MARKED:
            found += [(start + first, start + last) for first, last in marks.mark(line, evidence_of).marks]
        start += len(line) + 1
    return Marked(body, tuple(found[: marks.MOST_MARKED]))
