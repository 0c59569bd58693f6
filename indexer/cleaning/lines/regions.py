# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds furniture that only the neighbouring lines show: widgets, readers' comments, banners, doubtful sentences.

This is done before the header, body and tail of the page are separated, because such lines look like prose.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.cleaning.head.headline import behind_menu, repeats
from indexer.cleaning.head.meta_lines import meta_line
from indexer.cleaning.lines.article_words import Subject
from indexer.cleaning.lines.cues import speaks_to_reader, word_list
from indexer.cleaning.lines.line import ABOUT_PAGE, ABOUT_SITE, Line
from indexer.cleaning.lines.signs import is_about_paywall, is_bare_number

_END = "نهايه"
_SKIP = ("تخطي", "تخط", "تجاوز")
_GO_ON = ("وواصل", "القراءه")
_LIST_ITEM = "القائمه"
_DEEPEST_TITLE = 3
_DEEPEST_HEADLINE = 80
_LEAST_OF_TITLE = 3
_LONGEST_ABOVE = 30
_LONGEST_WIDGET = 25
_LONGEST_NAME_OF_WIDGET = 8
_LONGEST_LINK = 30
_LABEL_OF_CAPTION = 3
_HEADS_TRIED = 8
_NEAR = 3
_SHARE_STAMPED = 0.7
_LEAST_ARTICLE = 25
_DEEPEST_BANNER = 4
_LONGEST_BANNER = 80
_NO_ARTICLE_AFTER = 2
_SHARE_BEHIND = 0.34

_COMMENT_HEADS = frozenset({("التعليقات",), ("تعليقات",), ("الردود",), ("comments",), ("اراء", "الزوار")})
_REPLY = frozenset({("رد",), ("الرد",), ("reply",), ("ابلاغ",), ("اعجبني",), ("اضف", "رد")})
_AFTER_COMMENTS = frozenset({"related", "copyright", "tags", "newsletter", "app"})
_PAGE_REASONS = frozenset(
    {"newsletter", "comments", "readers", "copyright", "cookies", "share", "menu", "app", "tags", "related", "source"}
)
_CLOSING = frozenset({"related", "tags", "comments", "readers", "copyright", "newsletter", "app", "source"})


def mark_regions(lines: Sequence[Line]) -> None:
    """Gives a reason to the lines whose neighbours show that they are furniture, and settles all doubts."""
    _mark_above_headline(lines)
    _mark_widgets(lines)
    _mark_captions(lines)
    _mark_comments(lines)
    _settle_doubts(lines)
    _mark_behind_closings(lines)
    _mark_banner(lines)


def _mark_above_headline(lines: Sequence[Line]) -> None:
    """Marks sentences above the headline if the title or date of the page tells which line is the headline."""
    prose = [at for at, line in enumerate(lines) if line.is_article_prose]
    if not prose:
        return
    titles = [
        line
        for line in lines[: min(_DEEPEST_TITLE, prose[0])]
        if line.word_count > _LEAST_OF_TITLE and not line.is_prose
    ]
    below = range(prose[0] + 1, min(prose[-1], _DEEPEST_HEADLINE))
    headline = next((at for at in below if any(_is_title_of(lines[at], title) for title in titles)), None)
    if headline is None:
        headline = next((at for at in below if _is_dated_headline(lines, at)), None)
        # A sentence about the same subject is a lead, and the line below it is a heading.
        if headline is None or _shares_subject(lines, [at for at in prose if at > headline], prose[0]):
            return
    if lines[headline].is_prose:
        return
    for at in prose:
        if at < headline and lines[at].word_count <= _LONGEST_ABOVE:
            lines[at].remove("menu")


def _is_dated_headline(lines: Sequence[Line], at: int) -> bool:
    """Whether the line may be a headline with a labelled date right below it, or below the author."""
    if not lines[at].can_be_headline or meta_line(lines[at]) is not None:
        return False
    metas = (meta_line(line, under_headline=True) for line in lines[at + 1 : at + _NEAR])
    return any(meta is not None and meta.labelled and meta.published is not None for meta in metas)


def _shares_subject(lines: Sequence[Line], paragraphs: Sequence[int], at: int) -> bool:
    subject = Subject()
    for number in paragraphs:
        subject.add(lines[number])
    return subject.share(lines[at]) > 0


def _is_title_of(line: Line, title: Line) -> bool:
    return title.word_count >= line.word_count > _LEAST_OF_TITLE and not line.edge_reason and repeats(title, line)


def _mark_widgets(lines: Sequence[Line]) -> None:
    """Marks widgets, which stand between "<name>" and "<name> نهاية", and list items after "القائمة 1 من 4"."""
    for at, line in enumerate(lines):
        words = line.words
        if words[-2:] == _GO_ON and words[0] in _SKIP:
            line.remove("related")
        elif 1 < len(words) <= _LONGEST_NAME_OF_WIDGET and _END in (words[-1], words[0]):
            name = words[:-1] if words[-1] == _END else words[1:]
            window = range(max(0, at - _LONGEST_WIDGET), at)
            start = next((other for other in window if lines[other].words == name), None)
            if start is not None:
                for inside in lines[start : at + 1]:
                    inside.remove("related")
        elif _is_list_item(words) and at + 1 < len(lines):
            line.remove("related")
            if lines[at + 1].word_count <= _LONGEST_LINK:
                lines[at + 1].remove("related")


def _mark_captions(lines: Sequence[Line]) -> None:
    """Marks lines that repeat the text of a caption with a label."""
    captions = {line.words[_LABEL_OF_CAPTION:] for line in lines if line.reason == "caption"}
    captions = {words for words in captions if len(words) > 1}
    for line in lines:
        if line.words in captions:
            line.remove("caption")


def _is_list_item(words: tuple[str, ...]) -> bool:
    return len(words) == 4 and words[0] == _LIST_ITEM and words[1].isdigit() and words[3].isdigit()


def _mark_comments(lines: Sequence[Line]) -> None:
    """Marks readers' comments: lines after their heading, each with a number, a date or a button to reply."""
    first = next((at for at, line in enumerate(lines) if line.is_article_prose), len(lines))
    article, tried, at = 0, 0, first
    while at < len(lines) and tried < _HEADS_TRIED:
        line = lines[at]
        article += line.word_count if line.is_article_prose else 0
        at += 1
        if not _heads_comments(line):
            continue
        tried += 1
        end = next((end for end in range(at, len(lines)) if _ends_comments(lines[end])), len(lines))
        if _are_comments(lines[at:end], article):
            for comment in lines[at:end]:
                comment.remove("readers")
            line.remove("readers")
            at = end


def _heads_comments(line: Line) -> bool:
    return (line.cue is not None and line.cue.reason == "readers") or line.words in _COMMENT_HEADS


def _ends_comments(line: Line) -> bool:
    return line.reason in _AFTER_COMMENTS or line.is_menu_bar or line.edge_reason == "related"


def _are_comments(region: Sequence[Line], article: int) -> bool:
    stamps = [at for at, line in enumerate(region) if _is_comment_stamp(line)]
    counted = sum(line.words not in _REPLY for line in map(region.__getitem__, stamps))
    prose = [at for at, line in enumerate(region) if line.is_article_prose]
    if not counted or article < _LEAST_ARTICLE:
        return False
    if not prose:
        return stamps[0] <= _NEAR
    near, following = 0, 0
    for at in prose:
        while following < len(stamps) and stamps[following] < at:
            following += 1
        before = following > 0 and at - stamps[following - 1] <= _NEAR
        after = following < len(stamps) and stamps[following] - at < _NEAR
        near += before or after
    return near >= _SHARE_STAMPED * len(prose) and len(stamps) >= _SHARE_STAMPED * len(prose)


def _is_comment_stamp(line: Line) -> bool:
    if line.words in _REPLY or is_bare_number(line.text):
        return True
    return (
        not line.is_prose
        and (line.edge_reason == "meter" or ((meta := meta_line(line)) and meta.reason == "date")) is True
    )


def _settle_doubts(lines: Sequence[Line]) -> None:
    """Decides whether each doubtful sentence is furniture. One sign alone never removes a sentence from the article."""
    sure = [at for at, line in enumerate(lines) if line.is_article_prose and not line.doubt]
    first, last = (sure[0], sure[-1]) if sure else (0, -1)
    for at, line in enumerate(lines):
        if not line.doubt:
            continue
        near = (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2])
        beside = any(
            (other.reason or other.edge_reason) in _PAGE_REASONS or is_about_paywall(other.words) for other in near
        )
        outside = at < first or at > last
        if line.doubt == ABOUT_PAGE:
            furniture = at > last and beside
        elif line.doubt in ("author", ABOUT_SITE):
            furniture = outside and bool(sure)
        else:
            furniture = outside or beside or not word_list("reader").isdisjoint(line.words)
        if furniture:
            line.remove("newsletter" if line.doubt == ABOUT_PAGE else line.doubt)
        line.doubt = ""


def _mark_behind_closings(lines: Sequence[Line]) -> None:
    """Marks sentences after two different closings, such as related links and a comment form."""
    whole = sum(line.word_count for line in lines if line.is_article_prose)
    read, closings, last = 0, set[str](), ""
    for line in lines:
        if line.is_article_prose:
            closed = len(closings) >= _NO_ARTICLE_AFTER and whole - read <= _SHARE_BEHIND * whole
            if closed:
                line.remove(last)
            else:
                closings.clear()
            read += line.word_count
        elif read and (line.reason or line.edge_reason) in _CLOSING:
            last = line.reason or line.edge_reason
            closings.add("comments" if last == "readers" else last)


def _mark_banner(lines: Sequence[Line]) -> None:
    """Marks sentences that open a page and are followed by its menu: a banner, such as one about cookies."""
    prose = [at for at, line in enumerate(lines) if line.is_article_prose]
    if len(prose) < 2 or prose[0] > _DEEPEST_BANNER:
        return
    top = [at for at in prose if at <= _DEEPEST_BANNER]
    following = next((at for at in prose if at > _DEEPEST_BANNER), None)
    if following is None or sum(lines[at].word_count for at in top) > _LONGEST_BANNER:
        return
    if any(line.can_be_headline for line in lines[: top[0]]):
        return
    if behind_menu(lines[top[-1] + 1 : following]):
        for at in top:
            lines[at].remove("cookies" if speaks_to_reader(lines[at].words) else "menu")
