# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads the lists of words by which lines are recognised: cues.txt, sections.txt, networks.txt and words.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from indexer.cleaning.lines.folding import COLON

_NUMBER = "0"
_ANY = "*"
_ANY_TO_THE_READER = "~"
_EVEN_A_SENTENCE = "!"
_AT_THE_EDGES = frozenset({"menu", "label", "author", "category"})
_SURE_IN_ONE_WORD = frozenset({"ad", "crosslink"})
_COUNTS = frozenset({"meter", "readers"})
_LONGEST_WITH_NUMBERS = 8
_LONGEST_SECTION = 3
_LEAST_OF_NETWORK = 4
_LONGEST = 40
"""Only this many words of a longer line are compared."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of cues.txt.

    ``words`` are its words without the signs; ``strong`` means that a sentence can match it, too. ``labelled`` means
    that a colon or dash must follow the words. ``open_ended`` means that other words may follow, and ``to_reader`` that
    these must show that the page addresses its reader. ``anywhere`` means that the words may stand anywhere in the
    line.
    """

    reason: str
    words: tuple[str, ...]
    strong: bool = False
    labelled: bool = False
    open_ended: bool = False
    anywhere: bool = False
    to_reader: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether the cue means furniture even within an article, where a single word may be a sub-heading."""
        if self.reason in _AT_THE_EDGES or (self.reason in _COUNTS and _NUMBER in self.words):
            return False
        return len(self.words) > 1 or self.reason in _SURE_IN_ONE_WORD or (self.labelled and self.reason == "tags")


@dataclass(frozen=True, slots=True)
class CueTable:
    """The cues by their first word."""

    beginning: dict[str, tuple[Cue, ...]]
    inside: dict[str, tuple[Cue, ...]]

    def match(self, words: tuple[str, ...]) -> Cue | None:
        """Returns the longest cue that matches ``words``, the folded words of a line; strong cues come first."""
        start = next((at for at, word in enumerate(words) if word != COLON), len(words))
        marked = words[start : start + _LONGEST]
        if not marked:
            return None
        if len(marked) <= _LONGEST_WITH_NUMBERS:
            marked = tuple(_NUMBER if word.isdigit() else word for word in marked)
        found = [cue for cue in self.beginning.get(marked[0], ()) if _matches_beginning(cue, marked)]
        if not self.inside.keys().isdisjoint(marked):
            for at, word in enumerate(marked):
                found += (cue for cue in self.inside.get(word, ()) if marked[at : at + len(cue.words)] == cue.words)
        return max(found, key=lambda cue: (cue.strong, len(cue.words), cue.labelled)) if found else None

    def row_reason(self, words: tuple[str, ...]) -> str:
        """Returns the reason of a row of buttons or counters (several cues or names of sections), else ""."""
        rest = [_NUMBER if word.isdigit() else word for word in words if word != COLON]
        rest = [word for at, word in enumerate(rest) if not (word == _NUMBER and rest[at - 1 : at] == [_NUMBER])]
        reasons = []
        while rest:
            taken, reason = max(self._first_of_row(tuple(rest)), default=(0, ""))
            if not taken:
                return ""
            reasons.append(reason)
            rest = rest[taken:]
        return reasons[0] if len(reasons) > 1 else ""

    def _first_of_row(self, words: tuple[str, ...]) -> Iterator[tuple[int, str]]:
        for cue in self.beginning.get(words[0], ()):
            if words[: len(cue.words)] == cue.words and cue.reason not in ("author", "category"):
                yield len(cue.words), cue.reason
        for length in range(1, _LONGEST_SECTION + 1):
            if words[:length] in sections():
                yield length, "menu"


def _matches_beginning(cue: Cue, marked: tuple[str, ...]) -> bool:
    if marked[: len(cue.words)] != cue.words:
        return False
    rest = marked[len(cue.words) :]
    if cue.labelled:
        return COLON in rest[:1]
    if cue.to_reader and rest:
        return speaks_to_reader(rest) or any(word.isdigit() and word != _NUMBER for word in rest)
    return cue.open_ended or all(word == COLON for word in rest)


def speaks_to_reader(words: Iterable[str]) -> bool:
    """Whether one of ``words`` shows that the page addresses its reader, or is surely the name of a social network."""
    networks = network_words().names
    reader = word_list("reader")
    return any(word in reader or (len(word) >= _LEAST_OF_NETWORK and word in networks) for word in words)


@cache
def cues() -> CueTable:
    """Returns the cues of cues.txt."""
    beginning: dict[str, list[Cue]] = {}
    inside: dict[str, list[Cue]] = {}
    reason = ""
    for line in _data_lines("cues.txt"):
        if line.startswith("["):
            reason = line.strip("[]")
            continue
        cue = _parse(reason, line.split())
        (inside if cue.anywhere else beginning).setdefault(cue.words[0], []).append(cue)
    return CueTable(_frozen(beginning), _frozen(inside))


@cache
def sections() -> frozenset[tuple[str, ...]]:
    """Returns the names of sections, each as a tuple of its folded words."""
    return frozenset(tuple(line.split()) for line in _data_lines("sections.txt"))


@cache
def section_words() -> frozenset[str]:
    """Returns the words in names of sections, also with "و" before them."""
    words = {word for name in sections() for word in name}
    return frozenset(words | {f"و{word}" for word in words})


@dataclass(frozen=True, slots=True)
class NetworkWords:
    """The words of networks.txt: names of social networks, other words of share bars, and verbs of an invitation."""

    names: frozenset[str]
    around: frozenset[str]
    inviting: frozenset[str]


@cache
def network_words() -> NetworkWords:
    """Returns the words of networks.txt."""
    found: dict[str, set[str]] = {"": set(), "+": set(), "!": set()}
    for line in _data_lines("networks.txt"):
        mark = line[0] if line[0] in found else ""
        found[mark].update(line.removeprefix(mark).split())
    names = found[""] | {f"و{name}" for name in found[""]}
    return NetworkWords(frozenset(names), frozenset(found["+"]), frozenset(found["!"]))


@cache
def word_list(name: str) -> frozenset[str]:
    """Returns the words of the list ``name`` in words.txt. Raises KeyError if there is no such list."""
    return _word_lists()[name]


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    lists: dict[str, set[str]] = {}
    name = ""
    for line in _data_lines("words.txt"):
        if line.startswith("["):
            name = line.strip("[]")
        else:
            lists.setdefault(name, set()).update(line.split())
    return {name: frozenset(words) for name, words in lists.items()}


def _parse(reason: str, marks: list[str]) -> Cue:
    strong = marks[0] == _EVEN_A_SENTENCE
    if strong:
        marks = marks[1:]
    anywhere, open_ended, labelled = marks[0] == _ANY, marks[-1] == _ANY, marks[-1] == COLON
    to_reader = marks[-1] == _ANY_TO_THE_READER
    words = tuple(mark for mark in marks if mark not in (_ANY, _ANY_TO_THE_READER, COLON))
    return Cue(reason, words, strong, labelled, open_ended or labelled or to_reader, anywhere, to_reader)


def _frozen(table: dict[str, list[Cue]]) -> dict[str, tuple[Cue, ...]]:
    return {word: tuple(found) for word, found in table.items()}


def _data_lines(name: str) -> Iterator[str]:
    for line in (files("indexer.cleaning.lines") / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()
