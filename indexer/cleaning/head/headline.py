# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the headline of a flattened page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from indexer.cleaning.head.meta_lines import meta_line
from indexer.cleaning.head.signature import names_place, signed
from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.line import SHORT, Line, breadcrumb_parts

_REPEATED = range(3, 31)
_LEAST_WORDS_BEFORE_SITE = 4
_MOST_WORDS_OF_SITE = 6
_BEFORE_SITE = re.compile(r"\s*[|\-\u2013\u2014\u00bb\u203a]\s*")
_BEHIND_SITE = re.compile(r"[|\-\u2013\u2014\u00ab\u2039\u00bb\u203a/>\\]\s*$|\s:\s*$")
_CONTROLS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
_STAMPED = re.compile(r"[0-9٠-٩]{1,2}:[0-9٠-٩]{2}\b")
_HALF = 0.5
_QUARTER = 0.25
_LIST_MARK = re.compile("[,\u060c|/]")
_LEAST_MENU = 4
_LONGEST_ITEM = 5
_MOST_NOTICES = 5
_LEAST_OF_BEST = 0.34
_ABOUT = frozenset({"caption", "author", "meter", "date"})
_LONGEST_HEADER = 300
"""In lines. No headline is further down, and comparing all pairs of lines stays cheap."""


def find_headline(lines: Sequence[Line], first: int, article: ArticleWords) -> int | None:
    """Returns the index of the headline, or None. ``first`` is the index of the first prose of the article.

    A line that the header repeats is the headline, because pages have it in the breadcrumb, the title and the heading.
    Otherwise it is the first line after the menu that is long enough and about the subject of the article; otherwise
    the first line of any length that stands alone.
    """
    sites = site_names(lines)
    repeated = _repeated_line(lines[: min(first + 2, _LONGEST_HEADER)], sites)
    if repeated is not None:
        return repeated
    body_block = lines[first].block if first < len(lines) else -1
    first = min(first, _LONGEST_HEADER)
    header = lines[:first]
    behind = behind_menu(header)
    candidates = [
        at
        for at, line in enumerate(header)
        if line.can_be_headline and meta_line(line) is None and not is_site_name(line, sites)
    ]
    signature = _signature_place(lines, first, article)
    candidates = [at for at in candidates if not 0 <= signature <= at]
    candidates = [at for at in candidates if at == candidates[0] or not _is_byline(header, at)] if candidates else []
    candidates = _most_about_article(header, _without_ticker(header, behind, candidates, article), article)
    alone = [at for at in candidates if not in_menu(header, at) and not _in_ticker(header, at, body_block)]
    like_prose = _prose_candidate(lines, first)
    about = _first_about_article(header, behind, min((at for at in alone if at >= behind), default=behind))
    short = _short_candidates(header, behind, about)
    # From the most certain group to the least; the likeliest line comes first in each.
    for group in (
        [
            at
            for at in _first_line_candidate(behind, header, sites)
            if not _is_less_about_article(header, at, alone, article)
        ],
        [at for at in alone if behind <= at < about],
        [at for at in range(behind, first) if _is_crosslink_headline(header[at])],
        like_prose if about == first and like_prose and meta_line(lines[first + 1]) else [],
        [at for at in short if header[at].word_count == SHORT and about < first],
        [at for at in alone if at > about],
        short,
        like_prose,
        alone,
        candidates,
    ):
        for at in group:
            if not (0 <= signature <= at or _STAMPED.match(lines[at].text) or meta_line(lines[at]) is not None):
                return at
    return None


def _signature_place(lines: Sequence[Line], first: int, article: ArticleWords) -> int:
    """Returns the index of the line right above the text that names place and author; -1 if there is none."""
    for at in range(min(first, len(lines) - 1)):
        below = lines[at + 1]
        if (below.is_prose or below.is_long) and signed(lines[at], article):
            return at
    return -1


def _is_byline(header: Sequence[Line], at: int) -> bool:
    """Whether the line names a place and a person right above a date."""
    meta = meta_line(header[at + 1]) if at + 1 < len(header) else None
    return meta is not None and meta.reason == "date" and names_place(header[at])


def _first_about_article(header: Sequence[Line], behind: int, start: int) -> int:
    """Returns the index of the first line from ``start`` on that states the author, date or picture of the article."""
    at = next((at for at in range(behind, len(header)) if meta_line(header[at]) is not None), len(header))
    if at >= start:
        return at
    return next((at for at in range(start, len(header)) if is_about_article(header[at])), len(header))


def is_about_article(line: Line) -> bool:
    """Whether ``line`` states something about the article, as the lines under a headline do."""
    return line.edge_reason in _ABOUT or meta_line(line) is not None


def _most_about_article(header: Sequence[Line], candidates: Sequence[int], article: ArticleWords) -> list[int]:
    """Returns ``candidates`` without those that share far fewer words with the article than the best one."""
    if not any(line.edge_reason for line in header[: max(candidates, default=0)]):
        return list(candidates)
    shares = {at: article.share(header[at]) for at in candidates}
    # A lead without a full stop is about the article too, but it is too long to measure headlines by.
    short = [share for at, share in shares.items() if not header[at].is_long]
    least = _LEAST_OF_BEST * max(short, default=0.0)
    return [at for at in candidates if shares[at] >= least]


def _without_ticker(header: Sequence[Line], behind: int, candidates: Sequence[int], article: ArticleWords) -> list[int]:
    """Returns ``candidates`` without the headlines of a ticker, which stand right above the article's own headline.

    The last candidate before author and date is compared with those above it. A headline and its deck are both about
    the article; a ticker hardly is.
    """
    about = _first_about_article(header, behind, min((at for at in candidates if at >= behind), default=behind))
    near = [at for at in candidates if behind <= at < about]
    if len(near) < 2 or (about == len(header) and not any(line.edge_reason for line in header[: near[0]])):
        return list(candidates)
    shares = {at: article.distinctive_share(header[at]) for at in near}
    last = shares[near[-1]]
    if len(near) >= _LEAST_MENU and max(shares.values()) < _QUARTER and about < len(header):
        return [at for at in candidates if at not in near[:-1]]  # a list that ends with the article's headline
    less = [at for at in near if shares[at] < _HALF * last]
    ticker = less if len(less) > 1 else [at for at in less if shares[at] <= _QUARTER * last]
    return [at for at in candidates if at not in ticker]


def repeats(line: Line, headline: Line) -> bool:
    """Whether ``line`` says the same as ``headline``, possibly with the name of the site."""
    if line.words == headline.words:
        return True
    if line.reason == "breadcrumb" and headline.word_count >= _LEAST_WORDS_BEFORE_SITE:
        return breadcrumb_parts(line.text)[-1] == headline.text
    more = line.word_count - headline.word_count
    if line.is_prose or not (0 < more <= _MOST_WORDS_OF_SITE and headline.word_count >= _LEAST_WORDS_BEFORE_SITE):
        return False
    text, title = _CONTROLS.sub("", line.text), _CONTROLS.sub("", headline.text)
    if text.startswith(title):
        return _BEFORE_SITE.match(text[len(title) :]) is not None
    return text.endswith(title) and _BEHIND_SITE.search(text[: -len(title)]) is not None


def _repeated_line(top: Sequence[Line], sites: Sequence[frozenset[str]]) -> int | None:
    """Returns the first place of the line that ``top`` repeats; of several, the one whose repetition is last."""
    best: tuple[int, int] | None = None
    for at, line in enumerate(top):
        if line.word_count not in _REPEATED or line.edge_reason or meta_line(line) is not None or in_menu(top, at):
            continue
        # A paragraph that ends with a full stop and occurs twice is the lead, which the page shows again above the
        # article.
        if is_site_name(line, sites) or _is_sentence(line):
            continue
        others = (other for other in range(len(top)) if other != at and not _is_sentence(top[other]))
        again = max((other for other in others if repeats(top[other], line)), default=-1)
        if again >= 0 and (best is None or max(at, again) > best[0]):
            best = max(at, again), at
    return best[1] if best else None


def _is_sentence(line: Line) -> bool:
    return line.is_article_prose and line.text.endswith(".")


def in_menu(lines: Sequence[Line], at: int) -> bool:
    """Whether the line stands among short lines without blank lines between, as a long menu item does."""
    if not 0 < at < len(lines) - 1:
        return False
    before, line, after = lines[at - 1 : at + 2]
    if line.word_count > _LONGEST_ITEM or not before.block == line.block == after.block:
        return False
    return all(
        near.is_short and near.edge_reason in ("", "menu") and meta_line(near) is None for near in (before, after)
    )


def behind_menu(header: Sequence[Line]) -> int:
    """Returns the index after the last menu or breadcrumb of ``header``; 0 if there is none."""
    behind, run, items = 0, 0, 0
    for at, line in enumerate(header):
        is_item = line.edge_reason == "menu" or line.is_foreign
        if line.is_menu_bar or line.reason == "breadcrumb":
            behind = at + 1
        # A short unknown line is a menu item only among others. Alone, it may be a section or a headline.
        together = at > 0 and header[at - 1].block == line.block
        if is_item or (together and line.is_short and not line.edge_reason and meta_line(line) is None):
            run, items = run + 1, items + is_item
            if run >= _LEAST_MENU and items > 1:
                behind = at + 1
        else:
            run, items = 0, 0
    return behind


def _in_ticker(header: Sequence[Line], at: int, body_block: int) -> bool:
    """Whether the line is in a list of other headlines, under a cue such as "آخر الأخبار" in the same block.

    If the article is in that block too, blank lines separate nothing, and the list may have ended. It has also ended if
    meta lines follow the line, but do not precede it.
    """
    if header[at].block == body_block or (
        at + 1 < len(header) and is_about_article(header[at + 1]) and not is_about_article(header[at - 1])
    ):
        return False
    while at > 0 and header[at - 1].block == header[at].block:
        at -= 1
        if header[at].reason == "related":
            return True
    return False


def _first_line_candidate(behind: int, header: Sequence[Line], sites: Sequence[frozenset[str]]) -> list[int]:
    """Returns the first line if it has three words and no menu follows.

    With a menu, it would be the name of the site.
    """
    if not header or behind:
        return []
    line = header[0]
    known = line.edge_reason or line.is_foreign or meta_line(line) is not None or is_site_name(line, sites)
    return [] if known or line.word_count != SHORT or _LIST_MARK.search(line.text) else [0]


def _is_less_about_article(header: Sequence[Line], at: int, candidates: Sequence[int], article: ArticleWords) -> bool:
    """Whether the line shares no word with the article, but one of ``candidates`` many, as below a section's name."""
    shares = [article.distinctive_share(header[other]) for other in candidates]
    return article.distinctive_share(header[at]) == 0 and max(shares, default=0.0) >= _LEAST_OF_BEST


def _is_crosslink_headline(line: Line) -> bool:
    """Whether the line may be a headline that looks like a cross link, such as "شاهد: ..."."""
    cue = line.cue
    return cue is not None and cue.reason == "crosslink" and cue.labelled and line.word_count >= len(cue.words) + SHORT


def _short_candidates(header: Sequence[Line], behind: int, about: int) -> list[int]:
    """Returns lines of two or more words that may be a short headline, the likeliest first.

    They stand after the menu and before author and date. If any of them stands alone in its block, only such lines
    count. Shorter lines come last, because the section is one of them.
    """
    found = [
        at
        for at in range(behind, about or len(header))
        if header[at].word_count > 1 and not (header[at].edge_reason or header[at].is_prose or header[at].is_foreign)
    ]
    blocks = [line.block for line in header]
    alone = [at for at in found if blocks.count(blocks[at]) == 1] or found
    return sorted(alone, key=lambda at: (-header[at].word_count, -at))


def _prose_candidate(lines: Sequence[Line], first: int) -> list[int]:
    """Returns the first prose of the article if it may be a long headline: no full stop, and other prose follows."""
    others = first < len(lines) and any(line.is_article_prose for line in lines[first + 1 :])
    return [first] if others and lines[first].is_article_prose and lines[first].may_be_long_headline else []


def site_names(lines: Sequence[Line]) -> list[frozenset[str]]:
    """Returns the words of each copyright notice of the page, which name the site."""
    notices = (line for line in lines if line.reason == "copyright")
    return [frozenset(line.words) for line in islice(notices, _MOST_NOTICES)]


def is_site_name(line: Line, sites: Sequence[frozenset[str]]) -> bool:
    """Whether all words of ``line`` are in one of the page's copyright notices."""
    return any(site.issuperset(line.words) for site in sites)
