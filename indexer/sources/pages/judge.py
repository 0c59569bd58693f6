"""Whether a page of HTML is an article, and what it is where it is none.

Some pages say what they are: by an error's words in their heading, by a form for a password, by the type that they
declare, by the classes that a content management system gives them. Of the others, signs for and against an article
are weighed: a headline on the page that is no link, a text below it that takes up its words, and how long that text is,
against links with teasers, the address of a home page or section, and the short title of a list.

The weights were set on invented Arabic pages and on real pages in other languages; a short article that declares
nothing still passes with its headline and one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.sources.pages.address_shapes import Shape, shape_of
from indexer.sources.pages.generators import Template, template_of
from indexer.sources.pages.measure import Counts, Measures, text_of
from indexer.sources.pages.metadata import Stated, title_parts
from indexer.sources.pages.page_words import page_words, plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LETTERS_A_WORD = 6
"""With the blank. Lengths are counted in letters, since some languages part no words."""
_LEAST = 1.5
"""The weight from which on a page is an article."""
_OTHER_TYPES = {
    "product": "a product", "productgroup": "a product", "offer": "a product", "product.item": "a product",
    "discussionforumposting": "a forum", "qapage": "a forum", "question": "a forum", "forum": "a forum",
    "collectionpage": "a list of links", "searchresultspage": "a list of links", "itemlist": "a list of links",
    "profilepage": "a list of links", "profile": "a list of links", "faqpage": "a page about the site",
    "contactpage": "a page about the site", "aboutpage": "a page about the site", "checkoutpage": "a product",
    "jobposting": "a page about the site", "realestatelisting": "a product",
}  # fmt: skip
_LIST = "a list of links"
_STANDARD = "a page about the site"
_ERROR = "an error page"
_WALL = "a form or a wall in place of an article"
_SHORT = "too little text for an article"
_HEADINGS = ("h1", "h2", "h3")
_LINK = 4
"""A link of so many words may be a headline."""
_HEADLINE = 8
"""Words of a headline, as a rule."""
_LONGEST_TEASER = 70
_FEW_LINKS = 5
_LONG_TEASER = 40
_HIGHEST = 4
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
_LEAST_ALIKE = 4
_LEAST_BOX = 6
_BOXES = frozenset({"div", "li", "article", "section", "tr"})


@dataclass(slots=True)
class Signs:
    """What a page shows before anything was taken out of it."""

    said: Stated
    shape: Shape
    template: Template
    title: str
    headings: list[str] = field(default_factory=list)
    """The texts of its headings of the first rank, and of the second if it has none."""
    headline: bool = False
    """Whether the title stands on it other than as a link."""
    links: int = 0
    """How many other headlines it links to."""
    passwords: int = 0
    inputs: int = 0
    """How many fields the largest of its forms has that a visitor fills in."""
    threads: int = 0
    """How many links lead to threads and members of a forum."""
    shop: bool = False
    """Whether it links to a cart, as every page of a shop does."""
    sells: bool = False
    """Whether a form puts something into a cart."""
    lead: int | None = None
    """How many words of prose stand between the headline and the first link to another article; None without them."""
    teasers: set[str] = field(default_factory=set)
    """The lines that stand beside a link to another article, or in one of several boxes that are alike."""
    forwards: bool = False


def signs_of(tree: HtmlElement, said: Stated, url: str, heading: HtmlElement | None, measures: Measures) -> Signs:
    """The signs of the page ``tree``, which came from the address ``url`` ("" if unknown).

    ``heading`` is what stands on it as its headline.
    """
    signs = Signs(said, shape_of(said.url or url), template_of(tree), said.title)
    title, counts = said.title, measures.counts
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
            signs.sells |= bool(_CART.search(element.get("action", "")))
        elif tag == "a":
            address = element.get("href", "")
            signs.threads += bool(_THREAD.search(address))
            signs.shop |= bool(_CART.search(address))
            if _LINK <= words <= 2 * _LONGEST_TEASER and (text := text_of(element)) != title:
                linked[element] = text
                if heading is not None and signs.lead is None and measures.place[element] > measures.place[heading]:
                    signs.lead = measures.prose[element] - measures.prose_behind(heading)
        if tag in ranks and words:
            ranks[tag].append(text_of(element))
    signs.headline = heading is not None and not counts[heading][1] and next(heading.iterancestors("a"), None) is None
    signs.links = len(set(linked.values()))
    signs.headings = ranks["h1"] or ranks["h2"]
    signs.teasers = _beside_links(tree, linked, heading if signs.headline else None, measures) | _in_boxes(tree, counts)
    return signs


def _is_filled_in(element: HtmlElement) -> bool:
    return element.tag == "select" or element.get("type", "text").lower() in _FILLED_IN


def why_no_article(signs: Signs, lines: Sequence[str]) -> str:
    """What the page is, where it is no article, as "a list of links"; "" where it is one.

    ``lines`` is the text that was found in it.
    """
    if not lines:
        return _without_text(signs)
    teasers = [text for text in signs.teasers if len(text) >= _LONG_TEASER]
    body = [line for line in lines if line not in signs.teasers and not any(text in line for text in teasers)]
    size = sum(map(len, body)) / _LETTERS_A_WORD
    names = {plain(part) for part in title_parts(signs.title)}
    if told := _told_by_words(signs, lines, names, size):
        return told
    weight, against = _declared(signs)
    weight += _of_title(signs, body, names)
    weight += _of_text(signs, lines, body, size)
    if weight >= _LEAST:
        return ""
    if against:
        return against
    if signs.passwords or signs.inputs >= _MANY_INPUTS:
        return _WALL
    teased = sum(map(len, lines)) / _LETTERS_A_WORD > 2 * size
    return _LIST if teased or signs.links > _FEW_LINKS or signs.shape in (Shape.HOME, Shape.LIST) else _SHORT


def _without_text(signs: Signs) -> str:
    return _LIST if signs.links > _FEW_LINKS else "a page without text"


def _told_by_words(signs: Signs, lines: Sequence[str], names: set[str], size: float) -> str:
    words = page_words()
    heads = names | {plain(text) for text in signs.headings[:2]} | {plain(signs.title)}
    if size < _LONG_TEXT and any(_begins(head, words["error"]) for head in heads):
        return _ERROR
    titles = names | {plain(text) for text in signs.headings[:1]}
    # The section in which an article stands may be called "live", too.
    if not titles.isdisjoint(words["standard"]) and (signs.shape != Shape.ARTICLE or size < _LONGEST_BARRED):
        return _STANDARD
    if size < _LONGEST_BARRED:
        text = plain(" ".join(lines))
        if signs.forwards or signs.passwords > 1 or sum(phrase in text for phrase in words["wall"]) > size / 30:
            return _WALL
    return ""


def _begins(head: str, phrases: Iterable[str]) -> bool:
    return any(head == phrase or (" " in phrase and head.startswith(f"{phrase} ")) for phrase in phrases)


def _declared(signs: Signs) -> tuple[float, str]:
    """The weight of what the page, its template and its address say of it, and what it is then."""
    said = signs.said
    other = next((_OTHER_TYPES[kind] for kind in said.types if kind in _OTHER_TYPES), "")
    weight = 0.0
    against = ""
    if said.kind == "article":
        weight += 2.0
    elif said.graph == "article":
        weight += 0.75
    elif said.graph == "website":
        weight -= 0.5
    if other:
        weight -= 1.0 if said.kind == "article" else 4.5
        against = other
    if signs.threads >= _MANY_THREADS:
        weight -= 1.0 if said.kind == "article" else 3.0
        against = "a forum"
    if signs.shop or signs.sells:
        weight -= 3.5 if signs.sells else 1.5
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
            weight, against = weight - 1.5, _STANDARD
    match signs.shape:
        case Shape.ARTICLE:
            weight += 1.0
        case Shape.HOME:
            # Templates that nobody looks after give every page this address.
            weight -= 1.5 if signs.headline and len(signs.title.split()) > _LINK else 2.5
            against = against or _LIST
        case Shape.LIST:
            weight, against = weight - 2.0, against or _LIST
        case Shape.OTHER:
            weight, against = weight - 2.5, against or _STANDARD
    return weight, against


def _of_title(signs: Signs, body: Sequence[str], names: set[str]) -> float:
    title = signs.title
    count = max(len(title.split()), len(title) / _LETTERS_A_WORD)
    weight = 0.0
    if signs.headline:
        weight += 1.5 if count >= 4.5 else 1.0 if count >= 3.5 else 0.5 if count >= 2.5 else 0.0
    elif any(_much_alike(title, heading) for heading in signs.headings):
        weight += 0.5
    else:
        # A page without other headlines is no list, whatever its own looks like: it may be a picture.
        weight -= 0.5 if signs.said.kind == "article" else 1.5 if signs.links <= _FEW_LINKS else 3.0
    weight += 0.5 if count >= 6 else -1.5 if count < 2.5 else -0.5 if count < 3.5 else 0.0
    if signs.said.source and plain(signs.said.source) in names:
        weight -= 2.0
    if any(_begins(name, page_words()["prefix"]) for name in names):
        weight -= 2.0
    wanted = [word for word in plain(title).split() if len(word) > 3]
    if len(wanted) > 1:
        text = plain(" ".join(body))
        share = sum(word[:4] in text or word[-4:] in text for word in wanted) / len(wanted)
        most = 1.0 if signs.headline or signs.links <= _FEW_LINKS else 0.5
        weight += most if share >= 0.5 else 0.5 if share >= 0.25 else -1.0 if not share else 0.0
    return weight


def _of_text(signs: Signs, lines: Sequence[str], body: Sequence[str], size: float) -> float:
    longest = max(map(len, body), default=0) / _LETTERS_A_WORD
    weight = 2.0 if size >= 150 else 1.5 if size >= 60 else 1.0 if size >= 30 else 0.5 if size >= 15 else -0.5
    weight -= 1.5 if size < 8 else 0.0
    # Old pages have no title but the site's; without links to others they are no lists.
    weight += 2.0 if size >= _LONGEST_BARRED and signs.links <= 2 and not (signs.inputs or signs.passwords) else 0.0
    weight += 0.5 if longest >= 15 else -1.0 if longest < 8 else 0.0
    teased = sum(map(len, lines)) / _LETTERS_A_WORD - size
    # A text right below a long headline is an article's, however short and whatever follows it.
    leads = signs.headline and len(signs.title.split()) > _LINK and lines[:1] == body[:1]
    weight -= 2.0 if teased > 3 * size and not leads else 1.0 if teased > size else 0.0
    weight -= 0.5 if signs.links > _FEW_LINKS and size < 30 and not leads else 0.0
    weight -= 1.5 if signs.passwords and size < _LONGEST_BARRED else 1.0 if signs.passwords else 0.0
    weight -= 1.0 if signs.passwords > 1 else 0.0
    weight -= 2.0 if signs.inputs >= _MANY_INPUTS else 0.0
    if signs.lead == 0 and signs.links >= 3:
        weight -= 1.5 if size < _LONG_TEXT else 0.5
    weight -= 1.0 if not signs.headline and signs.links * _HEADLINE > size else 0.0
    return weight


def _much_alike(title: str, heading: str) -> bool:
    """Whether the heading says what the title does in other words, so that it is the headline."""
    words, others = set(plain(title).split()), set(plain(heading).split())
    return min(len(words), len(others)) >= _LINK and len(words & others) * 2 >= min(len(words), len(others))


def _beside_links(
    tree: HtmlElement, headlines: Mapping[HtmlElement, str], heading: HtmlElement | None, measures: Measures
) -> set[str]:
    """The lines that stand in a small box behind one of the links ``headlines``, not that of the page."""
    if not headlines:
        return set()
    lines: set[str] = set()
    counts, prose = measures.counts, measures.prose
    of_page = set() if heading is None else set(heading.iterancestors())
    behind: dict[HtmlElement, bool] = {}  # whether a headline's link begins in this element, so far
    for element in tree.iter():
        words, linked = counts[element]
        if element.tag == "a":
            if element in headlines:
                for step, _ in zip(element.iterancestors(), range(_HIGHEST), strict=False):
                    behind[step] = True
            continue
        if words < _LINK or linked * 2 > words or words > 90:
            continue
        for step, _ in zip(element.iterancestors(), range(_HIGHEST), strict=False):
            if step in of_page or step.tag == "body" or counts[step][0] > words + _LONGEST_TEASER:
                break
            if prose[step] < prose[element]:
                break  # a text that goes on behind a link
            if behind.get(step) and counts[step][1] - linked >= _LINK:
                lines.add(text_of(element))
                break
    return lines


def _in_boxes(tree: HtmlElement, counts: Counts) -> set[str]:
    """The lines of four or more boxes in a row that are alike, each with a head and a little text."""
    lines: set[str] = set()
    for parent in tree.iter("div", "ul", "section", "main", "tbody", "td"):
        if len(parent) < _LEAST_ALIKE:
            continue
        alike: dict[tuple[str, str], list[HtmlElement]] = {}
        for child in parent:
            name = child.get("class", "")
            fits = child.tag in _BOXES and len(child) > 1 and _LEAST_BOX <= counts[child][0] <= _LONGEST_TEASER
            if name and fits and next(child.iter("a", "h2", "h3", "h4", "h5", "h6", "strong", "b"), None) is not None:
                alike.setdefault((child.tag, name), []).append(child)
        for group in alike.values():
            if len(group) >= _LEAST_ALIKE:
                lines.update(text_of(part) for box in group for part in box.iter() if part.tag not in ("a", "img"))
    return lines
