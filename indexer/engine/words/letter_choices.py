# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which a folded word may be written: with which hamza, with ta marbuta, with alef maksura."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from indexer.arabic import letters as L
from indexer.arabic.fold import fold_letters

# The letters that a folded letter stands for: anywhere in a word, and at its end only.
_ANYWHERE = {L.ALEF: (L.ALEF, L.ALEF_HAMZA_ABOVE, L.ALEF_HAMZA_BELOW, L.ALEF_MADDA)}
_AT_END = {L.HEH: (L.HEH, L.TEH_MARBUTA), L.YEH: (L.YEH, L.ALEF_MAKSURA)}
_MOST_VARIED = 3
"""Only the first letters of a word that can be written in several ways, and the last one, are varied."""


def most_usual_spelling(folded: str, count: Callable[[str], int], is_folded_term: Callable[[str], bool]) -> str:
    """The spelling of ``folded`` that most articles have; ``folded`` itself where no article has any.

    ``count`` returns the number of articles with a word as it is written; ``is_folded_term`` says whether a word stands
    in the folded tier.
    """

    def articles(spelling: str) -> int:
        # The preposition على keeps its last letter in the folded tier too: it is no spelling of علي.
        if fold_letters(spelling) != spelling and is_folded_term(spelling):
            return 0
        return count(spelling)

    spellings = _spellings(folded)
    counts = [articles(spelling) for spelling in spellings]
    most = max(counts)
    return spellings[counts.index(most)] if most else folded


def _spellings(folded: str) -> list[str]:
    choices: list[Sequence[str]] = []
    varied = 0
    for at, letter in enumerate(folded):
        is_last = at == len(folded) - 1
        others = _AT_END.get(letter) if is_last else _ANYWHERE.get(letter)
        varied += bool(others)
        choices.append(others if others and (varied <= _MOST_VARIED or is_last) else letter)
    return ["".join(spelling) for spelling in product(*choices)]
