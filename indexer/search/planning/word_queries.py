# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the engine's query of one word or one name."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.arabic.analyser import Token
from indexer.engine.queries import AnyOf, PhraseQuery, PublishedQuery, Query, TermQuery
from indexer.engine.weights import FOLDED, PUBLISHED, SECOND_STEM, STEM, SURFACE
from indexer.search.planning.query_names import Stems
from indexer.search.planning.years import Days


def in_any_form(token: Token, *, exact: bool, weight: float = 1.0, title: bool = False) -> Query:
    """Matches articles that have the word as typed, in another spelling or, unless ``exact``, in another form."""
    if title:
        # The surface tier has no positions, so it does not know which words stand in a title.
        folded = PhraseQuery("folded", (token.folded,), FOLDED * weight, in_title=True)
        stems = [PhraseQuery("stem", (stem,), part * weight, in_title=True) for stem, part in _weighted_stems(token)]
        return folded if exact else AnyOf((folded, *stems))
    folded_anywhere = TermQuery("folded", token.folded, FOLDED * weight)
    if exact:
        return folded_anywhere
    surface = TermQuery("surface", token.word.bare, SURFACE * weight)
    any_form = [TermQuery("stem", stem, part * weight) for stem, part in _weighted_stems(token)]
    return AnyOf((surface, folded_anywhere, *any_form))


def _weighted_stems(token: Token) -> list[tuple[str, float]]:
    """The stems of a word, each with its weight."""
    return list(zip(token.word.stems, (STEM, SECOND_STEM), strict=False))


def either(query: Query, others: Sequence[Query]) -> Query:
    """Matches what ``query`` or one of ``others`` matches."""
    return AnyOf((query, *others)) if others else query


def published_in(token: Token, days: Days) -> Query:
    """Matches articles that were published in the year ``token``."""
    return PublishedQuery(days.first, days.last, TermQuery("stem", token.stem), PUBLISHED)


def name_query(stems: Stems, weight: float, *, title: bool) -> Query:
    """Matches articles that have the name with these stems."""
    # A phrase scores as all its words together; a name of any length should count as one word.
    if len(stems) > 1 or title:
        return PhraseQuery("stem", stems, weight / len(stems), in_title=title)
    return TermQuery("stem", stems[0], weight)
