# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds phrases and headlines by how they begin, over the `headlines` files of all segments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.segments.headlines import DEPTH, Headlines
from indexer.engine.local.segments.runs import Ints

_PLACES = 4
"""The number of headlines named for each phrase, before those of deleted articles are left out."""
_TOO_MANY = 5_000
"""Where more headlines than these have what was typed, none of them is taken to be meant."""


class PhraseStart(NamedTuple):
    """A phrase as bases, the number of headlines that have it, and some of these: (article, number of the word)."""

    words: tuple[str, ...]
    headlines: int
    places: tuple[tuple[int, int], ...]


def continuations(
    files: Sequence[Headlines],
    bases: Sequence[int],
    alive: NDArray[np.bool_],
    words: Sequence[str],
    prefix: str,
    most: int,
) -> list[PhraseStart]:
    """The frequent phrases that begin with ``words`` and a base with ``prefix``, see `Searcher.continuations`.

    ``bases`` is the number of each file's first article. Of each segment only the frequent phrases are added up.
    """
    found: dict[tuple[str, ...], tuple[int, tuple[tuple[int, int], ...]]] = {}
    for file, base in zip(files, bases, strict=False):
        suffixes = file.beginning(words, prefix)
        runs = [run for length in range(len(words) + 1, DEPTH + 1) for run in file.runs(suffixes, length, most)]
        chosen = [[run.first + at * run.headlines // _PLACES for at in range(_PLACES)] for run in runs]
        docs, begins = file.places(np.array(chosen, np.int64).reshape(-1))
        docs += base
        places = zip(docs.tolist(), begins.tolist(), alive[docs].tolist(), strict=True)
        for run in runs:
            of_run = dict.fromkeys((doc, at) for doc, at, there in islice(places, _PLACES) if there)
            phrase = file.bases(run)
            headlines, others = found.get(phrase, (0, ()))
            found[phrase] = headlines + run.headlines, (*others, *of_run)[:_PLACES]
    return [PhraseStart(phrase, headlines, places) for phrase, (headlines, places) in found.items() if places]


def headlines_with(
    files: Sequence[Headlines], bases: Sequence[int], words: Sequence[str], prefix: str
) -> tuple[Ints, Ints]:
    """The articles whose titles have ``words`` and then a base with ``prefix``, and the number of the first word.

    Empty where too many headlines have them.
    """
    docs, begins = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    first, more = words[: DEPTH - 1], words[DEPTH - 1 :]
    for file, base in zip(files, bases, strict=False):
        suffixes = file.beginning(first, more[0] if more else prefix)
        if len(suffixes) > _TOO_MANY:
            continue
        of_file, at = file.docs_of(suffixes, more, prefix)
        docs.append(of_file + base)
        begins.append(at)
    return np.concatenate(docs), np.concatenate(begins)
