# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds teasers of other articles below an article: headings and first words, as boxes and lists of links show them.

A teaser reads like a paragraph of the article, so it takes more than one sign to remove it. The signs are: it has
hardly any word of the paragraphs above it and does not begin like their continuation; it is cut off ("..."), or has no
full stop on a page whose paragraphs have one; it has a heading above it or a button ("المزيد") below it. Only the last
paragraphs of a page are checked. What is followed by a paragraph of the article is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.cleaning.foot.links import STOP, is_furnished
from indexer.cleaning.head.meta_lines import meta_line
from indexer.cleaning.lines.article_words import Subject
from indexer.cleaning.lines.line import Line
from indexer.cleaning.lines.signs import continues_text

_CUT = re.compile(r"(?:\.\.\.+|…)[\s»”\"'\]\[]*(?:(?:اقرأ |قراءة )?المزيد|التفاصيل|read more)?\s*$", re.IGNORECASE)

_LEAST_SHARE = 0.07
"""19 of 20 paragraphs of articles share more than this with the text above them; so does one in four teasers."""

_LEAST_SHARE_OF_CUT = 0.2
_LEAST_SHARE_OF_HEADING = 0.25
_HEADING_LENGTHS = range(3, 21)
_LENGTH_DIFFERENCE = 6
_LEAST_LETTERS_OF_CUT = 60
_MOST_PARAGRAPHS = 40
"""A page with more paragraphs than this is a long article, or not a page of one article, and is not checked."""

_BUTTONS = frozenset({"continue", "menu"})
_CLOSING = frozenset({"related", "comments", "readers", "copyright"})


def mark_teasers(lines: Sequence[Line]) -> None:
    """Gives a reason to the paragraphs at the end of the page that belong to other articles."""
    prose = [at for at, line in enumerate(lines) if line.is_article_prose]
    if not 1 < len(prose) <= _MOST_PARAGRAPHS:
        return
    page = _Paragraphs(lines, prose)
    # Start at the last paragraph and go up while the paragraphs have hardly any word of the text above them.
    start = len(prose)
    while start > 1 and page.is_off_subject(prose[start - 1]):
        start -= 1
    # If several paragraphs are like this, the page may be an essay. Then only those that are cut off are surely
    # teasers.
    begin = next((at for at in prose[start:] if page.is_cut(at) or (at == prose[start] and page.is_set_off(at))), None)
    for at in prose[start:]:
        if begin is not None and at >= begin:
            lines[at].remove("related")


class _Paragraphs:
    """The lines from the first paragraph on, and the share of their words that the paragraphs above them have."""

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
            elif line.word_count in _HEADING_LENGTHS:
                self._shares[at] = subject.share(line)
        stopped = (at for at in prose if STOP.search(lines[at].text) and not self._has_few_known_words(at))
        self._last_stopped = max(stopped, default=-1)
        self._furnished = is_furnished(lines)

    def is_off_subject(self, at: int) -> bool:
        """Whether the words of the paragraph at ``at`` suggest that it belongs to another article."""
        surely = self.is_cut(at) or self._is_under_box_name(at) or (self._has_button(at) and self._is_headed(at))
        return self._has_few_known_words(at, _LEAST_SHARE_OF_CUT if surely else _LEAST_SHARE)

    def _has_few_known_words(self, at: int, least: float = _LEAST_SHARE) -> bool:
        return self._shares[at] <= least and not continues_text(self._lines[at].words)

    def is_set_off(self, at: int) -> bool:
        """Whether lines that head or close something stand between the paragraph at ``at`` and the one before it."""
        number = self._prose.index(at)
        between = range(self._prose[number - 1] + 1, at)
        if not self._furnished or not between:
            return False
        if any(self._lines[before].reason in _CLOSING for before in between) or self._is_under_box_name(at):
            return True
        return self._is_headed(at) and (self._has_button(at) or self._is_continuous(number))

    def _is_under_box_name(self, at: int) -> bool:
        """Whether the line above the paragraph at ``at`` is the known name of a box of the page ("عن الموقع")."""
        above = self._lines[at - 1]
        cue = above.cue
        return cue is not None and cue.reason == "menu" and len(cue.words) == above.word_count > 1

    def _is_continuous(self, number: int) -> bool:
        """Whether most paragraphs above this one begin as continuations of the one before, as those of news do."""
        own = self._prose[1:number]
        return bool(own) and sum(continues_text(self._lines[at].words) for at in own) >= len(own) / 2

    def _has_button(self, at: int) -> bool:
        following = self._lines[at + 1] if at + 1 < len(self._lines) else None
        return following is not None and following.cue is not None and following.cue.reason in _BUTTONS

    def _is_headed(self, at: int) -> bool:
        heading = at - 1
        line = self._lines[heading]
        if (
            line.is_article_prose
            or line.edge_reason
            or line.word_count not in _HEADING_LENGTHS
            or line.text.endswith(":")
        ):
            return False
        if meta_line(line) is not None:
            return False
        return self._shares[heading] <= _LEAST_SHARE_OF_HEADING

    def is_cut(self, at: int) -> bool:
        """Whether the paragraph at ``at`` is cut off, as its end or the equal length of other unfinished ones shows."""
        text = self._lines[at].text
        if _CUT.search(text):
            return True
        if STOP.search(text) or len(text) < _LEAST_LETTERS_OF_CUT or not self._prose[0] <= self._last_stopped < at:
            return False
        others = (self._lines[other].text for other in self._prose if other > self._last_stopped and other != at)
        alike = any(abs(len(other) - len(text)) < _LENGTH_DIFFERENCE for other in others)
        following = self._lines[at + 1] if at + 1 < len(self._lines) else None
        dated = following is not None and (meta_line(following) is not None or following.edge_reason == "meter")
        return alike or dated
