# SPDX-License-Identifier: GPL-3.0-or-later
"""Expansions: what a word is looked for as besides the form that was typed, and how a reader refuses it.

Each expansion has a `key`. A request whose ``without`` names the key, or the kind of the expansion, is searched without
it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from indexer.arabic import letters as L
from indexer.arabic import months
from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.fold import fold
from indexer.arabic.lexicon import lexicon
from indexer.search.answers.results import Expansion
from indexer.search.planning.foreign_names import Spelling
from indexer.search.planning.query_names import Name, Stems, own
from indexer.search.planning.years import Days
from indexer.search.query.request import SearchRequest
from indexer.search.query.tree import OR_WORD, Period, days_of

_LONGEST_ENDING = 4


def refused(expansion: Expansion, request: SearchRequest) -> bool:
    """Whether ``request`` is to be searched without ``expansion``."""
    return expansion.kind in request.without or key(expansion) in request.without


def key(expansion: Expansion) -> str:
    """The name of an expansion in a request: ``synonym:دجنبر``, ``variant:القوات``."""
    what = expansion.text if expansion.kind == "variant" else expansion.by
    return f"{expansion.kind}:{what}"


def removed(expansion: Expansion, request: SearchRequest) -> SearchRequest:
    """``request`` without ``expansion``, at its first page."""
    if expansion.kind == "relaxed":
        return replace(request, match="all", offset=0)
    name = expansion.kind if expansion.kind in ("spelling", "operator") else key(expansion)
    return replace(request, without=tuple(dict.fromkeys((*request.without, name))), offset=0)


def operator(word: str) -> Expansion:
    """The expansion of a common Arabic word that was read as an operator, into the sign of that operator."""
    return Expansion("operator", word, "|" if word == OR_WORD else "-")


def year(text: str, days: Days) -> Expansion:
    """The expansion of a year that is also looked for as the date of an article; ``by`` are its days as a query."""
    return Expansion("year", text, days_of(Period(days.first, days.last)))


def variant(token: Token) -> Expansion | None:
    """The expansion of a word into other forms: the spellings of other outlets if there are any, else its stem."""
    if not token.stem:
        return None
    others = [spelling for spelling in spellings(token.word.base) if fold(spelling) not in token.folded]
    return Expansion("variant", token.text, "، ".join(others) or token.stem.removesuffix(L.SUKUN))


def sounding(text: str, spelling: Spelling) -> Expansion:
    """The expansion of the foreign name ``text`` into another spelling."""
    return Expansion("sound", text, spelling.text)


def synonyms(name: Name, analyser: Analyser) -> list[tuple[Stems, Expansion]]:
    """The other names of the thing that ``name`` names, as stems and as expansions."""
    text = " ".join(token.text for token in name.tokens)
    is_month = tuple(fold(token.text) for token in name.tokens) in months.gregorian()
    kind = "month" if is_month else "synonym"
    written = _written(analyser)
    return [(stems, Expansion(kind, text, written.get(stems, " ".join(stems)))) for stems in name.synonyms]


def spellings(base: str) -> list[str]:
    """The spellings of the family to which the folded ``base`` belongs, with its ending; empty if there is none."""
    families = _families()
    for length in range(len(base), max(1, len(base) - _LONGEST_ENDING - 1), -1):
        if family := families.get(base[:length]):
            return [spelling + base[length:] for spelling in family]
    return []


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Each family of spellings by the folded spelling that stands for it."""
    return {fold(family[0]): family for family in lexicon.variant_families()}


@lru_cache(maxsize=8)
def _written(analyser: Analyser) -> dict[Stems, str]:
    """Each name that has synonyms, as the list has it, by its stems."""
    names = [name for family in lexicon.synonym_families() for name in family]
    return {tuple(token.stem for token in own(analyser.tokens(name))): name for name in names}
