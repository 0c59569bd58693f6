# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels the lines above the first paragraph, and reads what they state about the article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.cleaning.dates.publication import BESIDE_THE_HEADLINE, publication_date
from indexer.cleaning.head.byline import byline
from indexer.cleaning.head.headline import behind_menu, in_menu, is_site_name, site_names
from indexer.cleaning.head.meta_lines import MetaLine, meta_line
from indexer.cleaning.head.signature import names_place, signed
from indexer.cleaning.lines.article_words import ArticleWords
from indexer.cleaning.lines.cues import section_words, word_list
from indexer.cleaning.lines.folding import folded_words
from indexer.cleaning.lines.line import SHORT, Line, breadcrumb_parts
from indexer.cleaning.page import BODY, TITLE, Page

_CREDIT = re.compile(r"\(([^()]{2,40})\)$")
_LONGEST_CATEGORY = 4
_LEAST_SHARE_OF_KICKER = 0.3
_LENGTH_OF_NAME = range(2, 4)
_MOST_NAMES = 3
_PICTURES = frozenset({"صوره", "لقطه", "مشهد", "جانب"})
_LONGEST_CAPTION = 8
_NO_NAME = re.compile('[0-9٠-٩۰-۹؟?!:،,؛«»"“”…()#]|[.][.]')
_BREAKING = frozenset({"عاجل", "عاجله", "breaking"})


def label_header(lines: Sequence[Line], first: int, headline: int | None, page: Page, article: ArticleWords) -> None:
    """Labels the lines before ``first``, and fills ``page`` with what they state about the article."""
    dates: list[tuple[int, MetaLine]] = []
    sites = site_names(lines)
    behind = behind_menu(lines[:first])
    unsure = ""
    for at in range(first):
        line = lines[at]
        if line.label:
            continue
        above = headline is not None and at < headline
        under = headline is not None and not above
        if (meta := meta_line(line, under_headline=under)) is not None:
            line.label = meta.reason
            page.author = page.author or meta.author
            page.category = page.category or meta.category
            page.agency = page.agency or meta.agency
            dates.append((at, meta))
        elif line.edge_reason:
            line.label = line.edge_reason
        elif under and (found := byline(lines, at, sites, article))[0]:
            line.label = "author"
            unsure = unsure or found[1]
        elif under and _is_part_of_headline(line, lines[headline or 0]):
            line.label = "menu"
        elif under and _is_lone_name(lines, at, first, article):
            line.label = "author"
        elif under and (_is_credited_to_site(line, sites) or _is_caption(lines, at, first)):
            line.label = "caption"
        elif (
            headline is None
            and at + 1 < len(lines)
            and lines[at + 1].word_count > line.word_count
            and (name := signed(line, article))
        ):
            line.label, unsure = "author", unsure or name
        elif line.is_foreign and line.is_short:
            line.label = "menu"
        elif above and headline is not None and not _is_kicker(lines, at, headline, sites):
            is_kicker = (
                at >= behind and line.word_count > SHORT and article.distinctive_share(line) >= _LEAST_SHARE_OF_KICKER
            )
            is_kicker = is_kicker and not _is_breaking_news(lines, at)
            line.label = BODY if is_kicker and not (is_site_name(line, sites) or in_menu(lines, at)) else "menu"
        else:
            line.label = "menu" if headline is None and at < behind and line.is_short else BODY
    if headline is not None:
        _label_ticker_below(lines, headline, first, article)
    page.author = page.author or unsure
    page.category = _category(lines, first, headline) or page.category
    page.published = publication_date(lines, first, dates, headline)


def _label_ticker_below(lines: Sequence[Line], headline: int, first: int, article: ArticleWords) -> None:
    """Labels two or more headlines of other articles that stand between the headline and its author or date."""
    end = next((at for at in range(headline + 1, first) if lines[at].label in ("date", "author")), headline)
    between = [line for line in lines[headline + 1 : end] if line.label == BODY]
    if len(between) > 1 and all(line.word_count > SHORT and article.distinctive_share(line) == 0 for line in between):
        for line in between:
            line.label = "related"


def _is_credited_to_site(line: Line, sites: Sequence[frozenset[str]]) -> bool:
    credit = _CREDIT.search(line.text)
    words = folded_words(credit[1]) if credit else ()
    return bool(words) and line.word_count > len(words) + 1 and any(site.issuperset(words) for site in sites)


def _is_part_of_headline(line: Line, headline: Line) -> bool:
    """Whether the line is the beginning or end of the headline, such as the name of the site after a dash."""
    words, length = line.words, line.word_count
    if not 0 < length <= _LONGEST_CATEGORY < headline.word_count:
        return False
    return words in (headline.words[:length], headline.words[-length:]) and not line.is_prose


def _is_lone_name(lines: Sequence[Line], at: int, first: int, article: ArticleWords) -> bool:
    """Whether the line is little more than a name, between headline and text, alone or with others like it."""
    line = lines[at]
    if lines[at - 1].label not in (TITLE, "duplicate", "author") or first - at > _MOST_NAMES:
        return False
    if names_place(line) and not article.has(line.words):
        return True
    if line.word_count not in _LENGTH_OF_NAME or not word_list("joining").isdisjoint(line.words):
        return False
    return not _NO_NAME.search(line.text) and not article.has(line.words)


def _is_caption(lines: Sequence[Line], at: int, first: int) -> bool:
    """Whether the line says that it is a picture, or stands between the meta lines and the first paragraph."""
    if lines[at].word_count <= _LONGEST_CAPTION and lines[at].words[0] in _PICTURES:
        return True
    return at == first - 1 and lines[at].is_short and at > 0 and lines[at - 1].label in ("date", "author", "share")


def _is_breaking_news(lines: Sequence[Line], at: int) -> bool:
    """Whether the line is breaking news, which belongs to the site and not to the article."""
    return not _BREAKING.isdisjoint(lines[at].words[:2]) or (at > 0 and not _BREAKING.isdisjoint(lines[at - 1].words))


def _is_kicker(lines: Sequence[Line], at: int, headline: int, sites: Sequence[frozenset[str]]) -> bool:
    """Whether the line right before the headline belongs to the headline.

    It does if it is too long for a menu item and not one of several such lines; or if it opens a page that has no menu,
    unless it is the name of the site.
    """
    line = lines[at]
    if at != headline - 1:
        return False
    if at == 0:
        return line.word_count > 1 and not (is_site_name(line, sites) or section_words().issuperset(line.words))
    return line.word_count > _LONGEST_CATEGORY and lines[at - 1].is_short and lines[at - 1].edge_reason != "meter"


def _category(lines: Sequence[Line], first: int, headline: int | None) -> str:
    """Returns the section that the header states, and labels its line; "" if there is none."""
    title = None if headline is None else lines[headline]
    for line in lines[:first]:
        if line.label == "breadcrumb":
            names = [name for name in breadcrumb_parts(line.text) if title is None or name != title.text]
            if names:
                return names[0]
    if headline is None:
        return ""
    before = _section_before(lines, headline)
    after = (at for at in range(headline + 1, first) if lines[at].is_section and lines[at].label == "menu")
    at = next(after, None) if before is None else before
    if at is None:
        return ""
    lines[at].label = "category"
    return lines[at].text


def _section_before(lines: Sequence[Line], headline: int) -> int | None:
    """Returns the index of the section's line if it belongs to the headline, not to the menu before it; else None."""
    at = headline - 1
    while at >= 0 and lines[at].label in BESIDE_THE_HEADLINE:
        at -= 1
    if at < 0 or lines[at].label != "menu":
        return None
    line, above, below = lines[at], lines[at - 1] if at else None, lines[at + 1]
    begins_block = above is None or above.block != line.block
    ends_block = below.block != line.block
    if line.is_section:
        in_menu_too = any(other.words == line.words for other in lines[:at])
        return at if in_menu_too or (begins_block and (ends_block or below.label == TITLE)) else None
    # A section with an unknown name stands alone between the menu and the headline.
    is_name = not (line.edge_reason or line.is_foreign) and line.word_count <= _LONGEST_CATEGORY
    return (
        at if above and begins_block and ends_block and is_name and not is_site_name(line, site_names(lines)) else None
    )
