# SPDX-License-Identifier: GPL-3.0-or-later
"""Explains a hit to the reader: the engine's `Explanation` in the words of the query."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from indexer.arabic.fold import fold
from indexer.engine.explanation import Explanation, LeafScore
from indexer.engine.queries import PhraseQuery, PrefixQuery, PublishedQuery
from indexer.search.answers.results import Matched, MatchForm, QueryTerm, Why

FORMS: tuple[MatchForm, ...] = ("typed", "spelling", "form", "phrase", "prefix", "other", "published")
"""How an article may have a word (see `results.MatchForm`), the nearest to what was typed first."""

_ROUNDING = 1e-6
"""The part of a score by which sums of floating-point numbers may be wrong."""


def why(explanation: Explanation, terms: Sequence[QueryTerm], score: float) -> Why:
    """``explanation`` of an article with this ``score`` in the words ``terms`` of the query."""
    found: dict[str, list[tuple[MatchForm, LeafScore]]] = {}
    for part in explanation.parts:
        text, form = _word(part, terms)
        found.setdefault(text, []).append((form, part))
    order = {term.text: at for at, term in reversed(list(enumerate(terms)))}
    words = [
        Matched(
            text,
            min((form for form, _ in parts), key=FORMS.index),
            tuple(name for name in ("title", "lead", "body") if any(name in part.fields for _, part in parts)),
            sum(part.score for _, part in parts),
        )
        for text, parts in sorted(found.items(), key=lambda pair: order.get(pair[0], len(order)))
    ]
    by_stem = {term.stem: term.text for term in reversed(terms)}
    pairs = tuple((by_stem.get(a, a), by_stem.get(b, b)) for a, b, _ in explanation.neighbours)
    beside = sum(score for _, _, score in explanation.neighbours)
    # The rest of the score is the lift. Scores by date lack what is added to the best by relevance, hence max().
    lift = max(0.0, score - explanation.score) if explanation.full else 0.0
    lift = lift if lift > _ROUNDING * score else 0.0
    return Why(
        tuple(words),
        pairs,
        beside,
        explanation.grams,
        explanation.recency,
        lift,
        explanation.full,
        explanation.complete,
    )


def _word(part: LeafScore, terms: Sequence[QueryTerm]) -> tuple[str, MatchForm]:
    """The word of the query to which a part belongs, and the form in which the article has it."""
    query = part.query
    if isinstance(query, PrefixQuery):
        return f"{query.text}*", "prefix"
    if isinstance(query, PublishedQuery):
        text = query.like.text
        return next((term.text for term in terms if term.stem == text), text), "published"
    if isinstance(query, PhraseQuery) and len(query.texts) > 1:
        by = {term.folded if query.tier == "folded" else term.stem: term.text for term in reversed(terms)}
        return " ".join(by.get(text, text) for text in query.texts), "phrase" if query.tier == "folded" else "other"
    text = query.texts[0] if isinstance(query, PhraseQuery) else query.text
    if query.tier == "stem":
        own = next((term.text for term in terms if text in (term.stem, term.second)), None)
        return (own, "form") if own else (text, "other")
    own = next((term.text for term in terms if term.folded == fold(text)), None)
    if own is None and not any(_is_joined(text, *pair) for pair in pairwise(terms)):
        return text, "other"
    return (own or text), "typed" if query.tier == "surface" else "spelling"


def _is_joined(text: str, first: QueryTerm, second: QueryTerm) -> bool:
    """Whether ``text`` is both words in one, as عبدالله is, perhaps without the clitics of the first."""
    head = text.removesuffix(second.folded)
    return head not in ("", text) and first.folded.endswith(head)
