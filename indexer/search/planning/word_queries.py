"""What one word, or one name, asks the engine for."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.arabic.analyser import Token
from indexer.engine.queries import AnyOf, PhraseQuery, PublishedQuery, Query, TermQuery
from indexer.engine.weights import FOLDED, PUBLISHED, SECOND_STEM, STEM, SURFACE
from indexer.search.planning.query_names import Stems
from indexer.search.planning.years import Days


def in_any_form(token: Token, *, exact: bool, weight: float = 1.0, title: bool = False) -> Query:
    """Articles that have the word as typed, or in another spelling, or in another form."""
    if title:
        # The surface tier has no positions, so what stands in a title is not known to it.
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
    """The stems of a word, each with what it counts."""
    return list(zip(token.word.stems, (STEM, SECOND_STEM), strict=False))


def either(query: Query, others: Sequence[Query]) -> Query:
    """What ``query`` or one of ``others`` matches."""
    return AnyOf((query, *others)) if others else query


def published_in(token: Token, days: Days) -> Query:
    """Articles that were published in the year that ``token`` is."""
    return PublishedQuery(days.first, days.last, TermQuery("stem", token.stem), PUBLISHED)


def name_query(stems: Stems, weight: float, *, title: bool) -> Query:
    """Articles that have a name, given by its stems."""
    # A phrase scores as all its words together; so long as a name is, it counts as one word.
    if len(stems) > 1 or title:
        return PhraseQuery("stem", stems, weight / len(stems), in_title=title)
    return TermQuery("stem", stems[0], weight)
