# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether an HTML page is an article, and if not, what it is.

Some pages say what they are: by an error's words in the heading, a form for a password, a declared type, or the classes
that a content management system sets. For the others, signs for and against an article are weighed. A headline that is
not a link, a text below it that repeats its words, and the length of that text speak for an article. Links with
teasers, the address of a home page or section, and the short title of a list speak against one.

The weights were set on invented Arabic pages and on real pages in other languages. A short article that declares
nothing still passes with its headline and one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.sources.pages.address_shapes import AddressShape, address_shape
from indexer.sources.pages.generators import Template, template_of
from indexer.sources.pages.measure import Counts, Measures, element_text
from indexer.sources.pages.metadata import PageMetadata, title_parts
from indexer.sources.pages.page_words import folded_text, page_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LETTERS_A_WORD = 6
"""Letters in an average word, with the blank after it.

Lengths are counted in letters, since some languages write no blanks.
"""
_LEAST_WEIGHT = 1.5
"""A page with at least this weight is an article."""
_OTHER_TYPES = {
    "product": "a product", "productgroup": "a product", "offer": "a product", "product.item": "a product",
    "discussionforumposting": "a forum", "qapage": "a forum", "question": "a forum", "forum": "a forum",
    "collectionpage": "a list of links", "searchresultspage": "a list of links", "itemlist": "a list of links",
    "profilepage": "a list of links", "profile": "a list of links", "faqpage": "a page about the site",
    "contactpage": "a page about the site", "aboutpage": "a page about the site", "checkoutpage": "a product",
    "jobposting": "a page about the site", "realestatelisting": "a product",
}  # fmt: skip
_LIST = "a list of links"
_SITE_PAGE = "a page about the site"
_ERROR = "an error page"
_WALL = "a form or a paywall in place of an article"
_SHORT = "too little text for an article"
_HEADINGS = ("h1", "h2", "h3")
_LEAST_HEADLINE_LINK = 4
"""A link of at least this many words may be a headline."""
_USUAL_HEADLINE = 8
"""The usual number of words of a headline."""
_LONGEST_TEASER = 70
_FEW_LINKS = 5
_LONG_TEASER = 40
_MOST_LEVELS = 4
_FILLED_IN = frozenset({"text", "email", "password", "tel", "url", "number", "date"})
_MANY_INPUTS = 6
_CART = re.compile(r"(?:^|[/?=_-])(?:cart|basket|add-?to-?cart|checkout|shoppingcart)(?:$|[/?&=._-])", re.IGNORECASE)
_THREAD = re.compile(
    r"(?:showthread|forumdisplay|viewtopic|viewforum|memberlist|member|ucp|topic)\.php|/threads/|/members/|[?&;]topic=|/forums?/",
    re.IGNORECASE,
)
_MANY_THREADS = 5
_LONGEST_BARRED = 60
_LONG_TEXT = 150
_LEAST_BOXES_ALIKE = 4
_LEAST_BOX = 6
_BOXES = frozenset({"div", "li", "article", "section", "tr"})


@dataclass(slots=True)
class PageSigns:
    """The signs that a page shows before anything is removed from it."""

    metadata: PageMetadata
    shape: AddressShape
    template: Template
    title: str
    headings: list[str] = field(default_factory=list)
    """The texts of its <h1> elements, or of its <h2> elements if it has no <h1>."""
    shows_title: bool = False
    """Whether the page shows its title other than as a link."""
    links: int = 0
    """The number of other headlines that the page links to."""
    passwords: int = 0
    inputs: int = 0
    """The number of fields that a visitor fills in, in the largest form."""
    threads: int = 0
    """The number of links to threads and members of a forum."""
    links_to_cart: bool = False
    """Whether the page links to a shopping cart, as every page of a shop does."""
    fills_cart: bool = False
    """Whether a form puts something into a cart."""
    lead: int | None = None
    """The words of prose between the headline and the first link to another article; None if there is no such link."""
    teasers: set[str] = field(default_factory=set)
    """The lines beside a link to another article, and those in a row of similar boxes."""
    forwards: bool = False


def signs_of(
    tree: HtmlElement, metadata: PageMetadata, url: str, heading: HtmlElement | None, measures: Measures
) -> PageSigns:
    """Collects the signs of the page ``tree``, whose address is ``url`` ("" if unknown).

    ``heading`` is the element that is its headline, or None.
    """
    signs = PageSigns(metadata, address_shape(metadata.url or url), template_of(tree), metadata.title)
    title, counts = metadata.title, measures.counts
    ranks: dict[str, list[str]] = {"h1": [], "h2": []}
    linked: dict[HtmlElement, str] = {}
    for element in tree.iter():
        tag = element.tag
        words = counts[element][0]
        if tag == "input":
            signs.passwords += element.get("type", "").lower() == "password"
        elif tag == "meta":
            signs.forwards |= element.get("http-equiv", "").lower() == "refresh" and "url" in element.get("content", "")
        elif tag == "form":
            signs.inputs = max(signs.inputs, sum(_is_filled_in(part) for part in element.iter("input", "select")))
            signs.fills_cart |= bool(_CART.search(element.get("action", "")))
        elif tag == "a":
            address = element.get("href", "")
            signs.threads += bool(_THREAD.search(address))
            signs.links_to_cart |= bool(_CART.search(address))
            if _LEAST_HEADLINE_LINK <= words <= 2 * _LONGEST_TEASER and (text := element_text(element)) != title:
                linked[element] = text
                if heading is not None and signs.lead is None and measures.place[element] > measures.place[heading]:
                    signs.lead = measures.prose[element] - measures.prose_until_end(heading)
        if tag in ranks and words:
            ranks[tag].append(element_text(element))
    signs.shows_title = (
        heading is not None and not counts[heading][1] and next(heading.iterancestors("a"), None) is None
    )
    signs.links = len(set(linked.values()))
    signs.headings = ranks["h1"] or ranks["h2"]
    signs.teasers = _lines_beside_links(
        tree, linked, heading if signs.shows_title else None, measures
    ) | _lines_in_boxes(tree, counts)
    return signs


def _is_filled_in(element: HtmlElement) -> bool:
    return element.tag == "select" or element.get("type", "text").lower() in _FILLED_IN


def why_no_article(signs: PageSigns, lines: Sequence[str]) -> str:
    """Returns what the page is if it is not an article, such as "a list of links"; "" if it is an article.

    ``lines`` is the text that was found in the page.
    """
    if not lines:
        return _reason_without_text(signs)
    teasers = [text for text in signs.teasers if len(text) >= _LONG_TEASER]
    body = [line for line in lines if line not in signs.teasers and not any(text in line for text in teasers)]
    size = sum(map(len, body)) / _LETTERS_A_WORD
    names = {folded_text(part) for part in title_parts(signs.title)}
    if verdict := _verdict_by_words(signs, lines, names, size):
        return verdict
    weight, against = _weight_of_declarations(signs)
    weight += _weight_of_title(signs, body, names)
    weight += _weight_of_text(signs, lines, body, size)
    if weight >= _LEAST_WEIGHT:
        return ""
    if against:
        return against
    if signs.passwords or signs.inputs >= _MANY_INPUTS:
        return _WALL
    teased = sum(map(len, lines)) / _LETTERS_A_WORD > 2 * size
    return (
        _LIST if teased or signs.links > _FEW_LINKS or signs.shape in (AddressShape.HOME, AddressShape.LIST) else _SHORT
    )


def _reason_without_text(signs: PageSigns) -> str:
    return _LIST if signs.links > _FEW_LINKS else "a page without text"


def _verdict_by_words(signs: PageSigns, lines: Sequence[str], names: set[str], size: float) -> str:
    words = page_words()
    heads = names | {folded_text(text) for text in signs.headings[:2]} | {folded_text(signs.title)}
    if size < _LONG_TEXT and any(_begins_with_phrase(head, words["error"]) for head in heads):
        return _ERROR
    titles = names | {folded_text(text) for text in signs.headings[:1]}
    # The section that an article belongs to may have such a name, too, for instance "live".
    if not titles.isdisjoint(words["standard"]) and (signs.shape != AddressShape.ARTICLE or size < _LONGEST_BARRED):
        return _SITE_PAGE
    if size < _LONGEST_BARRED:
        text = folded_text(" ".join(lines))
        if signs.forwards or signs.passwords > 1 or sum(phrase in text for phrase in words["wall"]) > size / 30:
            return _WALL
    return ""


def _begins_with_phrase(head: str, phrases: Iterable[str]) -> bool:
    return any(head == phrase or (" " in phrase and head.startswith(f"{phrase} ")) for phrase in phrases)


def _weight_of_declarations(signs: PageSigns) -> tuple[float, str]:
    """Returns the weight of what the page, its template and its address declare, and what kind of page they declare."""
    metadata = signs.metadata
    other = next((_OTHER_TYPES[kind] for kind in metadata.types if kind in _OTHER_TYPES), "")
    weight = 0.0
    against = ""
    if metadata.is_article:
        weight += 2.0
    elif metadata.og_type == "article":
        weight += 0.75
    elif metadata.og_type == "website":
        weight -= 0.5
    if other:
        weight -= 1.0 if metadata.is_article else 4.5
        against = other
    if signs.threads >= _MANY_THREADS:
        weight -= 1.0 if metadata.is_article else 3.0
        against = "a forum"
    if signs.links_to_cart or signs.fills_cart:
        weight -= 3.5 if signs.fills_cart else 1.5
        against = against or "a product"
    match signs.template:
        case Template.ARTICLE:
            weight += 2.0
        case Template.LIST:
            weight, against = weight - 4.0, _LIST
        case Template.ERROR:
            weight, against = weight - 5.0, _ERROR
        case Template.FORUM:
            weight, against = weight - 4.0, "a forum"
        case Template.OTHER:
            weight, against = weight - 1.5, _SITE_PAGE
    match signs.shape:
        case AddressShape.ARTICLE:
            weight += 1.0
        case AddressShape.HOME:
            # Badly maintained templates give every page the address of the home page.
            weight -= 1.5 if signs.shows_title and len(signs.title.split()) > _LEAST_HEADLINE_LINK else 2.5
            against = against or _LIST
        case AddressShape.LIST:
            weight, against = weight - 2.0, against or _LIST
        case AddressShape.OTHER:
            weight, against = weight - 2.5, against or _SITE_PAGE
    return weight, against


def _weight_of_title(signs: PageSigns, body: Sequence[str], names: set[str]) -> float:
    title = signs.title
    count = max(len(title.split()), len(title) / _LETTERS_A_WORD)
    weight = 0.0
    if signs.shows_title:
        weight += 1.5 if count >= 4.5 else 1.0 if count >= 3.5 else 0.5 if count >= 2.5 else 0.0
    elif any(_are_similar(title, heading) for heading in signs.headings):
        weight += 0.5
    else:
        # A page without other headlines is no list, even if it shows no headline: the headline may be a picture.
        weight -= 0.5 if signs.metadata.is_article else 1.5 if signs.links <= _FEW_LINKS else 3.0
    weight += 0.5 if count >= 6 else -1.5 if count < 2.5 else -0.5 if count < 3.5 else 0.0
    if signs.metadata.source and folded_text(signs.metadata.source) in names:
        weight -= 2.0
    if any(_begins_with_phrase(name, page_words()["prefix"]) for name in names):
        weight -= 2.0
    wanted = [word for word in folded_text(title).split() if len(word) > 3]
    if len(wanted) > 1:
        text = folded_text(" ".join(body))
        share = sum(word[:4] in text or word[-4:] in text for word in wanted) / len(wanted)
        most = 1.0 if signs.shows_title or signs.links <= _FEW_LINKS else 0.5
        weight += most if share >= 0.5 else 0.5 if share >= 0.25 else -1.0 if not share else 0.0
    return weight


def _weight_of_text(signs: PageSigns, lines: Sequence[str], body: Sequence[str], size: float) -> float:
    longest = max(map(len, body), default=0) / _LETTERS_A_WORD
    weight = 2.0 if size >= 150 else 1.5 if size >= 60 else 1.0 if size >= 30 else 0.5 if size >= 15 else -0.5
    weight -= 1.5 if size < 8 else 0.0
    # Old pages have only the name of the site as title. If they have no links to others, they are not lists.
    weight += 2.0 if size >= _LONGEST_BARRED and signs.links <= 2 and not (signs.inputs or signs.passwords) else 0.0
    weight += 0.5 if longest >= 15 else -1.0 if longest < 8 else 0.0
    teased = sum(map(len, lines)) / _LETTERS_A_WORD - size
    # A text right below a long headline belongs to an article, however short it is and whatever follows it.
    leads = signs.shows_title and len(signs.title.split()) > _LEAST_HEADLINE_LINK and lines[:1] == body[:1]
    weight -= 2.0 if teased > 3 * size and not leads else 1.0 if teased > size else 0.0
    weight -= 0.5 if signs.links > _FEW_LINKS and size < 30 and not leads else 0.0
    weight -= 1.5 if signs.passwords and size < _LONGEST_BARRED else 1.0 if signs.passwords else 0.0
    weight -= 1.0 if signs.passwords > 1 else 0.0
    weight -= 2.0 if signs.inputs >= _MANY_INPUTS else 0.0
    if signs.lead == 0 and signs.links >= 3:
        weight -= 1.5 if size < _LONG_TEXT else 0.5
    weight -= 1.0 if not signs.shows_title and signs.links * _USUAL_HEADLINE > size else 0.0
    return weight


def _are_similar(title: str, heading: str) -> bool:
    """Whether the heading says the same as the title in other words, so that it is the headline."""
    words, others = set(folded_text(title).split()), set(folded_text(heading).split())
    return min(len(words), len(others)) >= _LEAST_HEADLINE_LINK and len(words & others) * 2 >= min(
        len(words), len(others)
    )


def _lines_beside_links(
    tree: HtmlElement, headlines: Mapping[HtmlElement, str], heading: HtmlElement | None, measures: Measures
) -> set[str]:
    """Returns the lines in small boxes after one of the links ``headlines``, except in boxes around ``heading``."""
    if not headlines:
        return set()
    lines: set[str] = set()
    counts, prose = measures.counts, measures.prose
    of_page = set() if heading is None else set(heading.iterancestors())
    behind: dict[HtmlElement, bool] = {}  # whether a headline's link has been met in this element
    for element in tree.iter():
        words, linked = counts[element]
        if element.tag == "a":
            if element in headlines:
                for step, _ in zip(element.iterancestors(), range(_MOST_LEVELS), strict=False):
                    behind[step] = True
            continue
        if words < _LEAST_HEADLINE_LINK or linked * 2 > words or words > 90:
            continue
        for step, _ in zip(element.iterancestors(), range(_MOST_LEVELS), strict=False):
            if step in of_page or step.tag == "body" or counts[step][0] > words + _LONGEST_TEASER:
                break
            if prose[step] < prose[element]:
                break  # a text that continues after a link
            if behind.get(step) and counts[step][1] - linked >= _LEAST_HEADLINE_LINK:
                lines.add(element_text(element))
                break
    return lines


def _lines_in_boxes(tree: HtmlElement, counts: Counts) -> set[str]:
    """Returns the lines of rows of four or more similar boxes, each of which has a head and a little text."""
    lines: set[str] = set()
    for parent in tree.iter("div", "ul", "section", "main", "tbody", "td"):
        if len(parent) < _LEAST_BOXES_ALIKE:
            continue
        alike: dict[tuple[str, str], list[HtmlElement]] = {}
        for child in parent:
            name = child.get("class", "")
            fits = child.tag in _BOXES and len(child) > 1 and _LEAST_BOX <= counts[child][0] <= _LONGEST_TEASER
            if name and fits and next(child.iter("a", "h2", "h3", "h4", "h5", "h6", "strong", "b"), None) is not None:
                alike.setdefault((child.tag, name), []).append(child)
        for group in alike.values():
            if len(group) >= _LEAST_BOXES_ALIKE:
                lines.update(element_text(part) for box in group for part in box.iter() if part.tag not in ("a", "img"))
    return lines
