# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what an HTML page states about itself: JSON-LD, Open Graph, meta elements, microdata, title and headings.

Vocabularies: schema.org (Article and its subtypes), ogp.me, Dublin Core. The first one that states a field is used.
Only what is called the date of publication is used as the date.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.sources.pages.markup import lines_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLES = re.compile(r"(?:\w*news)?article|(?:social\w*|blog|liveblog)posting|report", re.IGNORECASE)
_MOST_OWN_ARTICLES = 3
"""If a page states this many articles or more, they are those that it links to."""
_META = {
    "title": ("og:title", "twitter:title", "dcterms.title", "dc.title", "headline", "parsely-title"),
    "source": ("og:site_name", "application-name", "dcterms.publisher", "dc.publisher", "publisher"),
    "category": ("article:section", "og:article:section", "section", "parsely-section"),
    "author": ("author", "article:author_name", "parsely-author", "dcterms.creator", "dc.creator", "byl"),
    "url": ("og:url",),
    "published": (
        "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
        "publish-date", "publish_date", "published-date", "parsely-pub-date", "dcterms.date", "dc.date",
        "dcterms.created", "dc.date.issued", "dc.date.created", "dcterms.issued", "sailthru.date",
        "article_date_original", "originalpublicationdate", "publication_date", "publicationdate", "pub_date",
        "published_time", "published_date", "publish_time", "date_published", "article.published", "article:published",
        "article:published_date",
        "og:published_time", "og:pubdate", "rnews:datepublished", "cxenseparse:recs:publishtime", "citation_date",
    ),
}  # fmt: skip
_ITEMPROP = {"title": "headline", "author": "author", "category": "articleSection"}
_MOST_SCRIPT = 1 << 20
_DEEPEST = 8
_LONGEST = 300
_BETWEEN_TITLE_PARTS = re.compile(r"\s+(?:[-–—»«·•/]|::)\s+|\s*[|]\s*")
_LONGEST_SITE = 5  # in words, including the separator
_LEAST_TITLE = 3
_NAMES_A_TITLE = re.compile(r"title|headline", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


@dataclass(slots=True)
class PageMetadata:
    """The metadata of a page. Fields are those of `Record`; they are "" if the page does not state them.

    ``is_article`` means that the page states, in the terms of schema.org, that it is one article. ``og_type`` is its
    og:type and ``types`` all types that it states, in lower case. ``body`` is the text that a script states.
    """

    title: str = ""
    source: str = ""
    category: str = ""
    author: str = ""
    url: str = ""
    published: str = ""
    is_article: bool = False
    og_type: str = ""
    body: str = ""
    types: tuple[str, ...] = ()

    def take(self, **values: str) -> None:
        """Sets each of ``values`` whose field is still empty."""
        for name, value in values.items():
            text = " ".join(value.split())
            if text and len(text) <= _LONGEST and not getattr(self, name):
                setattr(self, name, text)


def page_metadata(tree: HtmlElement) -> PageMetadata:
    """Returns what ``tree``, a whole page, states. Never raises, whatever its scripts hold."""
    found = PageMetadata()
    meta = _meta(tree)
    whole = _whole_title(tree)
    items = list(_json_ld(tree))
    types = [name for item in items for name in _types(item)]
    articles = [item for item in items if any(map(_ARTICLES.fullmatch, _types(item)))]
    main = next((item for item in articles if _is_about(item, whole, meta)), None)
    if main is None and len(articles) < _MOST_OWN_ARTICLES:
        main = articles[0] if articles else None
    if main is not None:
        _take_json_ld(found, main)
    found.og_type = meta.get("og:type", "").lower()
    for name, keys in _META.items():
        found.take(**{name: next((meta[key] for key in keys if key in meta), "")})
    marked = _take_microdata(found, tree)
    if not _URL.fullmatch(found.url):
        found.url = ""
    for link in tree.iter("link"):
        if "canonical" in link.get("rel", "").lower() and _URL.fullmatch(link.get("href", "").strip()):
            found.take(url=link.get("href", ""))
    if _URL.match(found.author):
        found.author = ""
    one = [name for name in marked if _ARTICLES.fullmatch(name)]
    found.is_article = main is not None or 0 < len(one) < _MOST_OWN_ARTICLES
    found.types = tuple(dict.fromkeys(name.lower() for name in (*types, *marked, found.og_type)))
    if main is None and len(articles) > _MOST_OWN_ARTICLES:
        found.types += ("itemlist",)
    # Some systems escape the title twice.
    found.title = " ".join(html.unescape(_title(tree, found)).split())
    return found


def _json_ld(tree: HtmlElement) -> Iterator[Mapping[str, object]]:
    for script in tree.iter("script"):
        if "ld+json" not in script.get("type", "").lower():
            continue
        text = (script.text or "").strip()
        if 0 < len(text) <= _MOST_SCRIPT:
            try:
                # Not strict, because people who write JSON-LD by hand often leave line ends within strings.
                data = json.loads(text.removeprefix("<![CDATA[").removesuffix("]]>").rstrip("; \n"), strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _objects(data, _DEEPEST)


def _objects(data: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Yields the objects in ``data`` that are not part of another object: the elements of lists and of @graph."""
    if isinstance(data, list) and depth:
        for item in data:
            yield from _objects(item, depth - 1)
    elif isinstance(data, dict):
        yield data
        yield from _objects(data.get("@graph"), depth - 1) if depth else ()


def _types(item: Mapping[str, object]) -> list[str]:
    kinds = item.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return [name.rpartition("/")[2] for name in names[:_DEEPEST] if isinstance(name, str)]


def _is_about(item: Mapping[str, object], whole: str, meta: Mapping[str, str]) -> bool:
    """Whether the article ``item`` is that of the page. A page may also state the articles that it links to."""
    headline = " ".join((_name(item.get("headline")) or _name(item.get("name"))).split())
    titles = filter(None, (whole, meta.get("og:title", "")))
    return bool(headline) and any(headline in title or title in headline for title in titles)


def _take_json_ld(found: PageMetadata, item: Mapping[str, object]) -> None:
    """Takes what ``item``, an article, states."""
    found.take(
        title=_name(item.get("headline")) or _name(item.get("name")),
        source=_name(item.get("publisher")),
        category=_name(item.get("articleSection")),
        author=_names(item.get("author")),
        url=_name(item.get("url")),
        published=_name(item.get("datePublished")),
    )
    body = item.get("articleBody")
    found.body = body if isinstance(body, str) else ""


def _name(value: object) -> str:
    if isinstance(value, list):
        value = next((part for part in value if _name(part)), "") if len(value) < _LONGEST else ""
    if isinstance(value, dict):
        value = value.get("name", "")
    return value if isinstance(value, str) else ""


def _names(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return "، ".join(dict.fromkeys(name for part in parts[:_DEEPEST] if (name := _name(part).strip())))


def _meta(tree: HtmlElement) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = element.get("content", "").strip()
        head = element.getparent() is not None and element.getparent().tag == "head"
        # Outside of <head>, itemprop describes the item around the element, which may be another article.
        for attribute in ("property", "name", "itemprop") if head else ("property", "name"):
            if content and (name := element.get(attribute, "").lower()):
                values.setdefault(name, content)
    return values


def _take_microdata(found: PageMetadata, tree: HtmlElement) -> list[str]:
    """Takes what the microdata state, and returns the types of its items. Dates are left to `shown_dates`."""
    marked: list[str] = []
    # XPath finds these few elements much faster than Python does.
    for element in tree.xpath("//*[@itemprop or @itemtype]"):
        if kind := element.get("itemtype", ""):
            marked.append(kind.rstrip("/").rpartition("/")[2])
        if prop := element.get("itemprop", ""):
            for name, wanted in _ITEMPROP.items():
                if wanted in prop.split() and not _is_of_list(element):
                    inner = element.find(".//*[@itemprop='name']")
                    text = (element if inner is None else inner).text_content()
                    found.take(**{name: element.get("content") or text})
    return marked


def _is_of_list(element: HtmlElement) -> bool:
    """Whether the item that ``element`` describes is one of several items of the same type side by side."""
    item = next((step for step in element.iterancestors() if step.get("itemtype")), None)
    if item is None or not _ARTICLES.fullmatch(item.get("itemtype", "").rstrip("/").rpartition("/")[2]):
        return False
    others = (*item.itersiblings(), *item.itersiblings(preceding=True))
    return any(other.get("itemtype") == item.get("itemtype") for other in others)


def _whole_title(tree: HtmlElement) -> str:
    element = next(tree.iter("title"), None)
    return "" if element is None else " ".join(element.text_content().split())


def _title(tree: HtmlElement, found: PageMetadata) -> str:
    """Returns the headline, without the name of the site that most titles contain."""
    whole = _whole_title(tree)
    # A heading that the title contains is the headline as readers see it.
    headings = [text for text in _headings(tree) if len(text.split()) >= _LEAST_TITLE]
    shown = [text for text in headings if text in found.title or text in whole]
    if shown:
        return max(shown, key=len)
    stated = found.title or whole
    if not stated:
        return next(_headings(tree), "")
    lines = set(lines_of(tree))
    parts = list(_without_ends(stated))
    shown = [part for part in (stated, *parts) if part in lines]
    return max(shown, key=len) if shown else _without_site(stated, parts, found.source)


def _headings(tree: HtmlElement) -> Iterator[str]:
    for tag in ("h1", "h2", "h3"):
        for element in tree.iter(tag):
            if (text := " ".join(element.text_content().split())) and len(text) <= _LONGEST:
                yield text
    for element in tree.iter("div", "span", "p"):
        if _NAMES_A_TITLE.search(element.get("class", "") + element.get("id", "")):
            text = " ".join(element.text_content().split())
            if 0 < len(text) <= _LONGEST:
                yield text


def title_parts(title: str) -> list[str]:
    """Splits ``title`` at the separators that may stand between a headline and the name of a site or section."""
    return [part for part in _BETWEEN_TITLE_PARTS.split(title) if part]


def _without_ends(title: str) -> Iterator[str]:
    """Yields ``title`` up to its last separator, then what follows its first separator."""
    marks = list(_BETWEEN_TITLE_PARTS.finditer(title))
    if marks:
        yield title[: marks[-1].start()]
        yield title[marks[0].end() :]


def _without_site(title: str, parts: list[str], site: str) -> str:
    if not parts:
        return title
    before, after = parts
    if site and title.endswith(site):
        return before
    if site and title.startswith(site):
        return after
    # The name of a site is shorter than a headline.
    last, first = title[len(before) :], title[: -len(after)]
    if len(last.split()) <= min(_LONGEST_SITE, len(before.split())):
        return before
    return after if len(first.split()) <= min(_LONGEST_SITE, len(after.split())) else title
