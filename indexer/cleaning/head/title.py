# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a headline into the title to show, without the site's name, sections, list marks and invisible controls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from indexer.cleaning.head.headline import is_site_name, site_names
from indexer.cleaning.lines.cues import sections
from indexer.cleaning.lines.folding import folded_words
from indexer.cleaning.lines.line import Line, remembered_line

_CONTROLS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff\u00ad]")
_LIST_MARK = re.compile(r"^(?:[*+•●▪■►»>]+\s+|#{1,6}\s+|[-–—]\s+)+")
_SEPARATOR = re.compile(r"(\s*[|»›]\s*|\s+[-–—]\s+)")
_UPRIGHT = "|"
_LEAST_WORDS = 4
_LONGEST_PART = 4
_SITE_BEHIND_BAR = range(2, 5)


def shown_title(line: Line, lines: Sequence[Line]) -> str:
    """Returns the title in ``line``, which is one of the ``lines`` of its page.

    A part at the beginning or end is removed if it is the name of the site: if the page has it in a line of its own or
    in its copyright notice, or if it stands after a vertical bar. The name of a section between the two is removed with
    it. If fewer than four words would be left, nothing is removed.
    """
    text = _LIST_MARK.sub("", _CONTROLS.sub("", line.text).strip()).strip()
    parts = _SEPARATOR.split(text)
    if len(parts) < 3:
        return text or line.text
    others = {other.words for other in lines if other is not line and 0 < other.word_count <= _LONGEST_PART}
    sites = site_names(lines)
    first, last = 0, len(parts) - 1
    in_front = list(takewhile(_may_be_site, parts[:last:2]))
    for number, part in enumerate(in_front, 1):
        if _is_known(part, others, sites) or (number > 1 and folded_words(part) in sections()):
            first = 2 * number
    while last > first and _may_be_site(parts[last]):
        by_bar = parts[last - 1].strip() == _UPRIGHT and len(folded_words(parts[last])) in _SITE_BEHIND_BAR
        by_section = last < len(parts) - 1 and folded_words(parts[last]) in sections()
        if not (by_bar or by_section or _is_known(parts[last], others, sites)):
            break
        last -= 2
    left = "".join(parts[first : last + 1])
    return left if len(folded_words(left)) >= _LEAST_WORDS else text


def _may_be_site(part: str) -> bool:
    return 0 < len(folded_words(part)) <= _LONGEST_PART


def _is_known(part: str, others: set[tuple[str, ...]], sites: Sequence[frozenset[str]]) -> bool:
    words = folded_words(part)
    return (len(words) > 1 and words in others) or is_site_name(remembered_line(part.strip()), sites)
