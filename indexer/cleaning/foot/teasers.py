"""Teasers of other articles below an article: their headings and first words, as boxes and lists of links show them.

A teaser reads like an article's paragraph, so one sign alone never takes it away. Such signs are: it has hardly a word
of what stands above it, and does not begin as what goes on from there does; it is cut off ("..."), or ends without a
stop on a page whose paragraphs have one; a heading stands above it, a button ("المزيد") below. Only the last paragraphs
of a page are looked at: what an article's paragraph follows stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.cleaning.foot.links import STOP, is_furnished
from indexer.cleaning.head.meta_lines import stated
from indexer.cleaning.lines.article_words import Subject
from indexer.cleaning.lines.line import Line
from indexer.cleaning.lines.signs import continues

_CUT = re.compile(r"(?:\.\.\.+|…)[\s»”\"'\]\[]*(?:(?:اقرأ |قراءة )?المزيد|التفاصيل|read more)?\s*$", re.IGNORECASE)

_LEAST_SHARE = 0.07
"""Nineteen of twenty paragraphs of articles have more of what stands above them, one of four of another article."""

_LEAST_SHARE_OF_CUT = 0.2
_LEAST_SHARE_OF_HEADING = 0.25
_HEADING = range(3, 21)
_SAME_LENGTH = 6
_LEAST_LETTERS_OF_CUT = 60
_MOST = 40
"""A page of more paragraphs is a long article, or no page of one: nothing is looked for there."""

_BUTTONS = frozenset({"continue", "menu"})
_CLOSING = frozenset({"related", "comments", "readers", "copyright"})


def mark_teasers(lines: Sequence[Line]) -> None:
    """Gives a reason to the paragraphs at the end of the page that are of other articles."""
    prose = [at for at, line in enumerate(lines) if line.is_article_prose]
    if not 1 < len(prose) <= _MOST:
        return
    page = _Below(lines, prose)
    # Paragraphs that hardly speak of what is above them, from the last one up.
    start = len(prose)
    while start > 1 and page.is_foreign(prose[start - 1]):
        start -= 1
    # Where several hardly do, the page may be an essay, and only those that break off are surely teasers.
    begin = next((at for at in prose[start:] if page.is_cut(at) or (at == prose[start] and page.is_set_off(at))), None)
    for at in prose[start:]:
        if begin is not None and at >= begin:
            lines[at].remove("related")


class _Below:
    """The lines from the first paragraph on, each with how much of it the paragraphs above it say."""

    def __init__(self, lines: Sequence[Line], prose: Sequence[int]) -> None:
        self._lines = lines
        self._prose = prose
        self._shares: dict[int, float] = {}
        subject = Subject()
        for at in range(prose[0], prose[-1] + 1):
            line = lines[at]
            if line.is_article_prose:
                self._shares[at] = subject.share(line) if at > prose[0] else 1.0
                if not _CUT.search(line.text):
                    subject.add(line)
            elif line.count in _HEADING:
                self._shares[at] = subject.share(line)
        stopped = (at for at in prose if STOP.search(lines[at].text) and not self._is_of_others(at))
        self._last_stopped = max(stopped, default=-1)
        self._furnished = is_furnished(lines)

    def is_foreign(self, at: int) -> bool:
        """Whether the paragraph at ``at`` may be of another article, by its words."""
        surely = self.is_cut(at) or self._is_named(at) or (self._has_button(at) and self._is_headed(at))
        return self._is_of_others(at, _LEAST_SHARE_OF_CUT if surely else _LEAST_SHARE)

    def _is_of_others(self, at: int, least: float = _LEAST_SHARE) -> bool:
        return self._shares[at] <= least and not continues(self._lines[at].words)

    def is_set_off(self, at: int) -> bool:
        """Whether the lines between the paragraph at ``at`` and the one before it head or close something."""
        number = self._prose.index(at)
        between = range(self._prose[number - 1] + 1, at)
        if not self._furnished or not between:
            return False
        if any(self._lines[before].reason in _CLOSING for before in between) or self._is_named(at):
            return True
        return self._is_headed(at) and (self._has_button(at) or self._is_told_on(number))

    def _is_named(self, at: int) -> bool:
        """Whether the line above the paragraph at ``at`` is the known name of a box of the page ("عن الموقع")."""
        above = self._lines[at - 1]
        cue = above.cue
        return cue is not None and cue.reason == "menu" and len(cue.words) == above.count > 1

    def _is_told_on(self, number: int) -> bool:
        """Whether most paragraphs above the one of that number go on from each other, as those of news do."""
        own = self._prose[1:number]
        return bool(own) and sum(continues(self._lines[at].words) for at in own) >= len(own) / 2

    def _has_button(self, at: int) -> bool:
        following = self._lines[at + 1] if at + 1 < len(self._lines) else None
        return following is not None and following.cue is not None and following.cue.reason in _BUTTONS

    def _is_headed(self, at: int) -> bool:
        heading = at - 1
        line = self._lines[heading]
        if line.is_article_prose or line.edge_reason or line.count not in _HEADING or line.text.endswith(":"):
            return False
        if stated(line) is not None:
            return False
        return self._shares[heading] <= _LEAST_SHARE_OF_HEADING

    def is_cut(self, at: int) -> bool:
        """Whether the paragraph at ``at`` breaks off: where it says so, or where others like it are as long."""
        text = self._lines[at].text
        if _CUT.search(text):
            return True
        if STOP.search(text) or len(text) < _LEAST_LETTERS_OF_CUT or not self._prose[0] <= self._last_stopped < at:
            return False
        others = (self._lines[other].text for other in self._prose if other > self._last_stopped and other != at)
        alike = any(abs(len(other) - len(text)) < _SAME_LENGTH for other in others)
        following = self._lines[at + 1] if at + 1 < len(self._lines) else None
        dated = following is not None and (stated(following) is not None or following.edge_reason == "meter")
        return alike or dated
