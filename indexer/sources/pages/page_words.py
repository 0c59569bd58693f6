# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads the lists of words in `page_words.txt`, which tell pages that are not articles."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_MARKS = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff'’]"
)
_NO_WORD = re.compile(r"[\W_]+")
_SAME_LETTER = str.maketrans({
    **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ء": "",
    "é": "e", "è": "e", "ê": "e", "à": "a", "ç": "c", "ô": "o",
})  # fmt: skip


def folded_text(text: str) -> str:
    """Folds ``text`` for comparison: words separated by single blanks, without vowel signs and letter variants."""
    return _NO_WORD.sub(" ", _MARKS.sub("", text.lower().translate(_SAME_LETTER))).strip()


@cache
def page_words() -> MappingProxyType[str, tuple[str, ...]]:
    """Returns the folded phrases of each list, by its name."""
    lists: dict[str, list[str]] = {}
    name = ""
    for line in files(__package__).joinpath("page_words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[] ")
            lists[name] = []
        elif line.strip() and not line.startswith("#"):
            lists[name].append(folded_text(line))
    return MappingProxyType({name: tuple(dict.fromkeys(phrases)) for name, phrases in lists.items()})
