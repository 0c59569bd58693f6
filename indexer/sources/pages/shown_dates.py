# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the texts of a page that may be the date of its article: under the headline, right above it, or below the text.

Nothing is parsed here. The texts are ordered by their distance from the headline. Dates are left out if they belong to
other articles (in boxes with a link to one), to comments, to the head and foot of the site, or if the markup calls them
the time of a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from indexer.sources.pages.measure import Measures, element_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement


class ShownDate(NamedTuple):
    """A text that may be a date, and the few words before it in the same box ("" if none).

    ``called_date`` means that the markup calls the text a date, so it may hold other words as well.
    """

    text: str
    before: str
    called_date: bool


_MARKED = frozenset({
    "datepublished", "datecreated", "dc:date", "dc:created", "dc:issued", "dcterms:date", "dcterms:created",
    "dcterms:issued",
    "schema:datepublished", "schema:datecreated", "article:published_time", "dc:date.issued", "pubdate",
})  # fmt: skip
"""Values of itemprop and of RDFa's property for the date of publication (schema.org, Dublin Core, ogp.me)."""
_CHANGED = re.compile(r"updat|modif|edited", re.IGNORECASE)
_PUBLISHED = re.compile(r"publish|pubdate|posted|created", re.IGNORECASE)
_NAMES_A_DATE = re.compile(
    r"(?<!up)date|(?<!sen)time(?!line|s)|publish|posted|submit|meta|created|byline|tarikh|dtm|stmp|stamp|info",
    re.IGNORECASE,
)
_NO_PLACE_FOR_DATES = re.compile(
    r"comment|related|sidebar|side-bar|widget|ticker|breaking|masthead|top-?bar|today|current|clock|weather|most|latest"
    r"|disqus|respond|recommend|trending|popular|footer|copyright",
    re.IGNORECASE,
)
_OUTSIDE = frozenset({"nav", "footer", "aside"})
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "select", "option", "textarea", "iframe", "head", "title"}
)
_LONGEST = 160
_LONGEST_LINE = 40
"""`_LONGEST` is in letters, this is in words."""
_MOST = 40
_MOST_PROSE_BETWEEN = 60
"""In words. A standfirst between the headline and its date may be this long."""
_MOST_WORDS_ABOVE = 25
_MOST_WORDS_BELOW = 40
_LEAST_ARTICLE = 8
_LONGEST_CARD = 60
_LEAST_HEADLINE_LINK = 4
_LONGEST_LABEL = 6
_LABELS = frozenset({"strong", "b", "dt", "label", "th", "em"})
_MANY_PARTS = 8
_DIGIT = re.compile(r"\d")


def shown_dates(
    tree: HtmlElement, heading: HtmlElement | None, measures: Measures
) -> tuple[str, tuple[ShownDate, ...]]:
    """Returns the date marked as that of publication ("" if none), and the texts that may be dates, nearest first.

    Without a ``heading``, only the marked date is returned, from the first <article> or <main>.
    """
    if heading is None:
        return _marked_without_heading(tree), ()
    article = _article_around(heading, measures)
    start = measures.place[heading] - _MOST_WORDS_ABOVE
    close = measures.place[article] + measures.counts[article][0] + _MOST_WORDS_BELOW
    found: list[tuple[int, int, HtmlElement]] = []
    for order, element in enumerate(tree.iter()):
        if not start <= measures.place[element] <= close or measures.counts[element][0] > _LONGEST_LINE:
            continue
        if element.tag in _SILENT or element is heading or not _may_be_date(element):
            continue
        place = _place(element, heading, measures)
        if place is not None and not _is_elsewhere(element, heading, article, measures):
            found.append((place, order, element))
    found.sort(key=lambda item: item[:2])
    marked = next((text for _, _, element in found if (text := _machine_text(element, sure=True))), "")
    marked = marked or next((text for _, _, element in found if (text := _machine_text(element, sure=False))), "")
    shown: dict[ShownDate, None] = {}
    for _, _, element in found[: 2 * _MOST]:
        shown.update(dict.fromkeys(_texts(element)))
    return marked, tuple(shown)[:_MOST]


def _may_be_date(element: HtmlElement) -> bool:
    if element.tag == "time" or element.get("itemprop") or element.get("property"):
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    own = [element.text or "", *(child.tail or "" for child in element)]
    return any(_DIGIT.search(text) for text in own) or (bool(_NAMES_A_DATE.search(names)) and len(element) < 3)


def _place(element: HtmlElement, heading: HtmlElement, measures: Measures) -> int | None:
    """Returns the distance of the element from the heading in words, or None if it is too far to belong to it."""
    start = measures.place[heading]
    end = start + measures.counts[heading][0]
    place = measures.place[element]
    if place < start:
        near = start - place <= _MOST_WORDS_ABOVE and (_share_box(element, heading) or _is_dated(element))
        return start - place + 5 if near else None
    behind = measures.prose_until_end(heading)
    if measures.prose[element] - behind <= _MOST_PROSE_BETWEEN:
        # Within the text, a line that is only a date is the heading of a day's events.
        first = measures.prose[element] == behind
        return place - end if first or _is_dated(element) else None
    return place - end + _LONGEST if _is_dated(element) or _has_label(element, measures) else None


def _is_dated(element: HtmlElement) -> bool:
    """Whether the names in the markup of the element, or of its parent, have to do with a date."""
    parent = element.getparent()
    for step in (element,) if parent is None or len(parent) > _MANY_PARTS else (element, parent):
        names = " ".join(step.get(name, "") for name in ("class", "id", "itemprop", "property"))
        if step.tag == "time" or _NAMES_A_DATE.search(names):
            return True
    return False


def _has_label(element: HtmlElement, measures: Measures) -> bool:
    """Whether the line is short and begins with a label, such as "Date" in bold."""
    first = next(iter(element), None)
    labelled = first is not None and first.tag in _LABELS and not (element.text or "").strip()
    return labelled and measures.counts[element][0] <= _LONGEST_LABEL


def _share_box(element: HtmlElement, heading: HtmlElement) -> bool:
    """Whether both are in one box within three levels."""
    around = set(list(element.iterancestors())[:3])
    return any(step in around and step.tag not in ("body", "html") for step in list(heading.iterancestors())[:3])


def _article_around(heading: HtmlElement, measures: Measures) -> HtmlElement:
    """Returns the innermost element around the heading that also holds prose after it."""
    last = heading
    for step in heading.iterancestors():
        last = step
        following = step.getnext()
        end = measures.prose_total if following is None else measures.prose.get(following, measures.prose_total)
        if following is None:
            continue
        if end - measures.prose[heading] >= _LEAST_ARTICLE:
            break
    return last


def _is_elsewhere(element: HtmlElement, heading: HtmlElement, article: HtmlElement, measures: Measures) -> bool:
    """Whether the element is part of another article, a comment, the head or foot of the site, or states a change."""
    own = f"{element.get('class', '')} {element.get('itemprop', '')} {element.get('property', '')}"
    if _CHANGED.search(own) and not _PUBLISHED.search(own):
        return True
    around = set(heading.iterancestors())
    for step in (element, *element.iterancestors()):
        if step in around or step.tag in ("body", "html"):
            return False
        words, linked = measures.counts[step]
        if step.tag in _OUTSIDE and article not in step.iterancestors():
            return True
        if step.tag == "header" or _NO_PLACE_FOR_DATES.search(f"{step.get('class', '')} {step.get('id', '')}"):
            return True
        if step.tag == "a" and words >= _LEAST_HEADLINE_LINK:
            return True
        if (
            linked >= _LEAST_HEADLINE_LINK
            and words <= _LONGEST_CARD
            and any(measures.counts[link][0] >= _LEAST_HEADLINE_LINK for link in step.iter("a"))
        ):
            return True
    return False


def _machine_text(element: HtmlElement, *, sure: bool) -> str:
    """Returns the date in the element's attributes, or its text if it is marked as the date of publication."""
    names = {element.get("itemprop", "").lower(), element.get("property", "").lower()}
    names |= set(element.get("itemprop", "").lower().split())
    classes = element.get("class", "")
    marks = (
        bool(names & _MARKED)
        or "pubdate" in element.attrib
        or (element.tag in ("time", "abbr") and bool(_PUBLISHED.search(classes)))
    )
    value = element.get("content") or element.get("datetime") or (element.get("title") if element.tag == "abbr" else "")
    if sure:
        return (value or element_text(element)) if marks else ""
    return (element.get("datetime") or "") if element.tag == "time" else ""


def _texts(element: HtmlElement) -> Iterator[ShownDate]:
    """Yields the text of the element, and the pieces of its own text, each with the label before it."""
    whole, called_date = element_text(element), _is_dated(element)
    if whole and len(whole) <= _LONGEST:
        yield ShownDate(whole, _before(element), called_date)
    previous = ""
    for text in (element.text, *(child.tail for child in element)):
        piece = " ".join((text or "").split())
        if piece and piece != whole and len(piece) <= _LONGEST and _DIGIT.search(piece):
            yield ShownDate(piece, previous, called_date)
        previous = piece if len(piece.split()) <= _LONGEST_LABEL else ""


def _before(element: HtmlElement) -> str:
    """Returns the label before the element: the text right before it in its box, if that is short."""
    beside = element.getprevious()
    while beside is not None and not (beside.tail or "").strip() and not element_text(beside):
        beside = beside.getprevious()
    parent = element.getparent()
    if beside is not None:
        text = (beside.tail or "").strip() or (element_text(beside) if isinstance(beside.tag, str) else "")
    else:
        text = (parent.text or "") if parent is not None else ""
    words = text.split()
    return " ".join(words) if len(words) <= _LONGEST_LABEL else ""


def _marked_without_heading(tree: HtmlElement) -> str:
    for element in tree.iter("time", "meta", "span", "div", "abbr"):
        if element.get("itemprop", "").lower() in _MARKED or element.get("property", "").lower() in _MARKED:
            return _machine_text(element, sure=True)
    for article in tree.iter("article", "main"):
        times = [time.get("datetime", "") for time in article.iter("time") if time.get("datetime")]
        return str(times[0]) if times else ""
    return ""
