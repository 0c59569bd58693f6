"""Which line of a flattened page is its headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.cleaning.lines import SHORT, Line
from indexer.cleaning.meta import stated

_REPEATED = range(3, 31)
_LEAST_WORDS_BEFORE_SITE = 4
_MOST_WORDS_OF_SITE = 6
_BEFORE_SITE = re.compile(r"\s*[|\-\u2013\u2014\u00bb\u203a]\s*")
_LIST_MARK = re.compile("[,\u060c|/]")
_LEAST_MENU = 4
_LONGEST_HEADER = 300
"""In lines. Further down nothing is a headline, and what is compared with each other stays few."""


def find_headline(lines: Sequence[Line], first: int) -> int | None:
    """The index of the headline; None where there is none. ``first`` is the index of the first article prose.

    A line that the header repeats is the headline: pages give it in the breadcrumb, the title element and the heading.
    Else it is the first line behind the menu that is long enough, else the first of any length that stands by itself.
    """
    repeated = _repeated(lines[: min(first + 2, _LONGEST_HEADER)])
    if repeated is not None:
        return repeated
    first = min(first, _LONGEST_HEADER)
    header = lines[:first]
    behind = _behind_menu(header)
    candidates = [at for at, line in enumerate(header) if line.can_be_headline and stated(line) is None]
    alone = [at for at in candidates if not _in_menu(header, at) and not _in_ticker(header, at)]
    like_prose = _like_prose(lines, first)
    about = next((at for at in range(behind, first) if stated(header[at]) is not None), first)
    short = _short_ones(header, behind, about)
    # From the surest group to the least sure; each with the likeliest first.
    for group in (
        _first_line(lines, behind, header),
        [at for at in alone if behind <= at < about],
        [at for at in range(behind, first) if _is_watch_this(header[at])],
        like_prose if about == first and like_prose and stated(lines[first + 1]) else [],
        [at for at in short if header[at].count == SHORT and about < first],
        [at for at in alone if at > about],
        short,
        like_prose,
        alone,
        candidates,
    ):
        if group:
            return group[0]
    return None


def repeats(line: Line, headline: Line) -> bool:
    """Whether ``line`` says what ``headline`` says, or that and the name of the site."""
    if line.words == headline.words:
        return True
    more = line.count - headline.count
    if line.prose or not (0 < more <= _MOST_WORDS_OF_SITE and headline.count >= _LEAST_WORDS_BEFORE_SITE):
        return False
    begins = line.text.startswith(headline.text)
    return begins and _BEFORE_SITE.match(line.text[len(headline.text) :]) is not None


def _repeated(top: Sequence[Line]) -> int | None:
    """The first place of the line that ``top`` repeats; of several the one that is repeated last, behind the menus."""
    best: tuple[int, int] | None = None
    for at, line in enumerate(top):
        if line.count not in _REPEATED or line.edge_reason or stated(line) is not None or _in_menu(top, at):
            continue
        again = max((other for other in range(len(top)) if other != at and repeats(top[other], line)), default=-1)
        if again >= 0 and (best is None or max(at, again) > best[0]):
            best = max(at, again), at
    return best[1] if best else None


def _in_menu(lines: Sequence[Line], at: int) -> bool:
    """Whether the line stands among short ones, without blank lines between, as a long item of a menu does."""
    if not 0 < at < len(lines) - 1:
        return False
    before, line, after = lines[at - 1 : at + 2]
    together = before.block == line.block == after.block
    return together and all(near.is_short and stated(near) is None for near in (before, after))


def _behind_menu(header: Sequence[Line]) -> int:
    """The index behind the last menu or breadcrumb of ``header``; 0 where it has none."""
    behind, run, items = 0, 0, 0
    for at, line in enumerate(header):
        is_item = line.edge_reason == "menu" or line.is_foreign
        if line.is_menu_bar or line.reason == "breadcrumb":
            behind = at + 1
        # What is short and unknown is an item only among the others: by itself it may be a section or a headline.
        together = at > 0 and header[at - 1].block == line.block
        if is_item or (together and line.is_short and not line.edge_reason and stated(line) is None):
            run, items = run + 1, items + is_item
            if run >= _LEAST_MENU and items > 1:
                behind = at + 1
        else:
            run, items = 0, 0
    return behind


def _in_ticker(header: Sequence[Line], at: int) -> bool:
    """Whether the line is in a list of other headlines, under a cue such as "آخر الأخبار" in the same block."""
    while at > 0 and header[at - 1].block == header[at].block:
        at -= 1
        if header[at].reason == "related":
            return True
    return False


def _first_line(lines: Sequence[Line], behind: int, header: Sequence[Line]) -> list[int]:
    """The first line, if it has three words and no menu follows: with a menu it would be the name of the site."""
    if not header or behind:
        return []
    line = header[0]
    known = line.edge_reason or line.is_foreign or stated(line) is not None or is_site_name(line, lines)
    return [] if known or line.count != SHORT or _LIST_MARK.search(line.text) else [0]


def _is_watch_this(line: Line) -> bool:
    """Whether it may be a headline such as "شاهد: ...", which looks like a cross link."""
    cue = line.cue
    return cue is not None and cue.reason == "crosslink" and cue.labelled and line.count >= len(cue.words) + SHORT


def _short_ones(header: Sequence[Line], behind: int, about: int) -> list[int]:
    """Lines of two words and more that may be a short headline, the likeliest first.

    They stand behind the menu and before author and date, by themselves if any does; the section comes first.
    """
    found = [
        at
        for at in range(behind, about or len(header))
        if header[at].count > 1 and not (header[at].edge_reason or header[at].prose or header[at].is_foreign)
    ]
    blocks = [line.block for line in header]
    alone = [at for at in found if blocks.count(blocks[at]) == 1] or found
    return sorted(alone, key=lambda at: (-header[at].count, -at))


def _like_prose(lines: Sequence[Line], first: int) -> list[int]:
    """The first article prose itself, if it may be a long headline: no full stop, and other prose follows."""
    others = first < len(lines) and any(line.is_article_prose for line in lines[first + 1 :])
    return [first] if others and lines[first].is_article_prose and lines[first].is_unstopped else []


def is_site_name(line: Line, lines: Sequence[Line]) -> bool:
    """Whether the words of ``line`` are in the page's copyright notice."""
    return any(other.reason == "copyright" and set(line.words) <= set(other.words) for other in lines)
