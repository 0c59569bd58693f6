# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells whether a text repeats another one almost word by word."""

from __future__ import annotations

from collections.abc import Sequence

_RUN = 3
_LEAST_WORDS = 6
_LEAST_SHARE = 0.8


def says_again(one: Sequence[str], other: Sequence[str]) -> bool:
    """Returns whether the folded words of ``one`` occur in ``other`` in the same order.

    At least four in five runs of three words must occur. A text of fewer than six words must equal the other one.
    """
    if len(one) < _LEAST_WORDS:
        return list(one) == list(other)
    if len(one) > len(other) + _RUN:
        return False
    runs = _runs(one)
    return len(runs & _runs(other)) >= _LEAST_SHARE * len(runs)


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
