"""What a word is looked for as besides the form that was typed, and how a reader refuses it.

Each expansion has a `key`; a request whose ``without`` names the key, or its kind alone, is searched without it.
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
    """What names an expansion in a request: ``synonym:دجنبر``, ``variant:القوات``."""
    what = expansion.text if expansion.kind == "variant" else expansion.by
    return f"{expansion.kind}:{what}"


def removed(expansion: Expansion, request: SearchRequest) -> SearchRequest:
    """``request`` without ``expansion``, from the first page on."""
    if expansion.kind == "relaxed":
        return replace(request, match="all", offset=0)
    name = expansion.kind if expansion.kind in ("spelling", "operator") else key(expansion)
    return replace(request, without=tuple(dict.fromkeys((*request.without, name))), offset=0)


def operator(word: str) -> Expansion:
    """That a common word of Arabic was read as an operator, and which it is written for."""
    return Expansion("operator", word, "|" if word == OR_WORD else "-")


def year(text: str, days: Days) -> Expansion:
    """That a year is looked for as the date of an article too: ``by`` are its days as the query language has them."""
    return Expansion("year", text, days_of(Period(days.first, days.last)))


def variant(token: Token) -> Expansion | None:
    """That a word is looked for in other forms too: as other outlets spell it, where they do, else by its stem."""
    if not token.stem:
        return None
    others = [spelling for spelling in spellings(token.word.base) if fold(spelling) not in token.folded]
    return Expansion("variant", token.text, "، ".join(others) or token.stem.removesuffix(L.SUKUN))


def sounding(text: str, spelling: Spelling) -> Expansion:
    """That the foreign name ``text`` is looked for in another spelling, too."""
    return Expansion("sound", text, spelling.text)


def synonyms(name: Name, analyser: Analyser) -> list[tuple[Stems, Expansion]]:
    """The other names of the thing that ``name`` is one of, as stems and as they are told of."""
    text = " ".join(token.text for token in name.tokens)
    is_month = tuple(fold(token.text) for token in name.tokens) in months.gregorian()
    kind = "month" if is_month else "synonym"
    written = _written(analyser)
    return [(stems, Expansion(kind, text, written.get(stems, " ".join(stems)))) for stems in name.synonyms]


def spellings(base: str) -> list[str]:
    """The spellings of the family that the folded ``base`` belongs to, with its ending; none where it is in none."""
    families = _families()
    for length in range(len(base), max(1, len(base) - _LONGEST_ENDING - 1), -1):
        if family := families.get(base[:length]):
            return [spelling + base[length:] for spelling in family]
    return []


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """The folded spelling that stands for a family -> the family."""
    return {fold(family[0]): family for family in lexicon.variant_families()}


@lru_cache(maxsize=8)
def _written(analyser: Analyser) -> dict[Stems, str]:
    """The stems of each name that has synonyms -> the name as the list has it."""
    names = [name for family in lexicon.synonym_families() for name in family]
    return {tuple(token.stem for token in own(analyser.tokens(name))): name for name in names}
