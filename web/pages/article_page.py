# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page of an article: the whole text, with the matches marked and numbered."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from indexer.article import Article, Removed
from indexer.columns import AUTHOR, COLUMNS, own_column
from indexer.search.answers.results import ArticleView, Marked
from indexer.search.query.request import SearchRequest
from web.links.links import Link, address, article_address, article_path, author_address, reference_address
from web.links.originals import WebAddress, web_link
from web.links.site import absolute, canonical, public_url
from web.pages.citations import citation
from web.pages.copies_shown import CopiesSection, copies_section
from web.pages.dates import When, exact, when
from web.pages.filter_controls import SearchForm
from web.pages.results_page import plain
from web.pages.story_link import StoryLink, story_link
from web.texts import texts
from web.texts.highlight import Passage, passage
from web.texts.language import gettext, number
from web.texts.lines import headline, is_blank, one_line

SHOWN_HITS = 30
SHOWN_SIMILAR = 5
SHOWN_CHARS = 300
"""How many marked matches have a link above the text; how many similar articles are shown; how many characters of a
text are given to other sites that preview a link to the page."""


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line of the original page that is not part of the article, and why not."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A similar article, or another one by the same author."""

    title: str
    href: str
    source: str
    when: When | None


@dataclass(frozen=True, slots=True)
class CitationBox:
    """The article as a reference: the ``parts`` of `citations.line`, and the ``forms`` BibTeX and RIS.

    Each form is its name, an id for its element, its text and its address.
    """

    parts: tuple[tuple[str, str, str], ...]
    permalink: str
    bibtex_address: str
    ris_address: str
    forms: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The content of the page of an article.

    ``names`` are pairs of a label and a name, such as those of the source and the author; ``authors`` lead to the pages
    of the names in the byline. ``hits`` link to the marks;
    ``more_hits``: there are more marks than links. ``searched``: there were words to mark. ``fetched`` is when the page
    was fetched, None where ``when`` says so; ``added`` is when the archive first had the article. ``unmarked`` says
    how many matches are marked, where not all are. ``described`` are properties of Open Graph, from which other sites
    make previews of links.
    """

    title: str
    form: SearchForm
    heading: Passage
    names: tuple[tuple[str, str], ...]
    authors: tuple[Link, ...]
    when: When | None
    fetched: When | None
    added: When | None
    paragraphs: tuple[Passage, ...]
    searched: bool
    hits: tuple[Link, ...]
    more_hits: bool
    hit_count: str
    unmarked: str
    removed: tuple[RemovedLine, ...]
    removed_count: str
    copies: CopiesSection | None
    story: StoryLink | None
    original: WebAddress | None
    permalink: str
    canonical: str
    described: tuple[tuple[str, str], ...]
    citation: CitationBox
    back: Link
    similar: tuple[Neighbour, ...]


def article_page(view: ArticleView, request: SearchRequest) -> ArticlePage:
    """The content of the page of the article in ``view``.

    ``request`` is the search from which the page was opened, an empty one where it was opened by its address.
    """
    article = view.article
    numbers = count(1)
    title = Marked(gettext("Untitled article")) if is_blank(article.title) else view.title
    heading = passage(title, numbers)
    paragraphs = tuple(passage(paragraph, numbers) for paragraph in view.paragraphs if paragraph.text.strip())
    marks = next(numbers) - 1
    came_from_search = bool(request.to_params())
    return ArticlePage(
        title=texts.page_title(plain(title.text), plain(article.source)),
        form=SearchForm(request.q),
        heading=heading,
        names=_names(article),
        authors=tuple(Link(name, author_address(name)) for name in article.names_in(AUTHOR.name)),
        when=when(article),
        fetched=exact(article.fetched_at) if article.published else None,
        added=exact(article.indexed_at),
        paragraphs=paragraphs,
        searched=view.sought,
        hits=tuple(Link(number(hit), f"#hit-{hit}") for hit in range(1, min(marks, SHOWN_HITS) + 1)),
        more_hits=marks > SHOWN_HITS,
        hit_count=texts.counted_hits(view.marks),
        unmarked=gettext("Only the first %(number)s of them are marked in the text.", number=number(marks))
        if marks < view.marks
        else "",
        removed=tuple(_removed(line) for line in article.removed),
        removed_count=texts.counted_lines(len(article.removed)),
        copies=copies_section(view.copies, article, request),
        story=story_link(article, view.story, request),
        original=web_link(article.url),
        permalink=article_address(article, SearchRequest()),
        canonical=canonical(article_path(article.id)),
        described=_described(article),
        citation=_citation(article),
        back=Link(gettext("Back to the results") if came_from_search else gettext("Search page"), address(request)),
        similar=tuple(neighbour(one.article) for one in view.similar),
    )


def _names(article: Article) -> tuple[tuple[str, str], ...]:
    """The names that the article has in columns, each after the label of its column."""
    columns = (*COLUMNS, *(own_column(name) for name, _ in article.own))
    shown = {column.name: ("".join(article.names_in(column.name)[:1]), column) for column in columns}
    shown[AUTHOR.name] = (article.author, AUTHOR)
    return tuple((texts.label(column), name) for name, column in shown.values() if name)


def _citation(article: Article) -> CitationBox:
    permalink = absolute(article_path(article.id))
    cited = citation(article, permalink)
    bibtex, ris = (reference_address(article.id, form) for form in ("bibtex", "ris"))
    forms = (("BibTeX", "bibtex", cited.bibtex, bibtex), ("RIS", "ris", cited.ris, ris))
    return CitationBox(cited.parts, permalink, bibtex, ris, forms)


def _described(article: Article) -> tuple[tuple[str, str], ...]:
    """The properties of Open Graph. The address is one only where it is set, since a Host header can be forged."""
    first = next((line for line in article.body.split("\n") if line.strip()), "")
    published = article.published
    properties = {
        "og:type": "article",
        "og:site_name": gettext("Fihrist"),
        "og:title": one_line(article.title, SHOWN_CHARS),
        "og:description": one_line(first, SHOWN_CHARS),
        "og:url": absolute(article_path(article.id)) if public_url() else "",
        "article:published_time": published.value if published and published.precision in ("day", "time") else "",
        "article:section": one_line(article.category, SHOWN_CHARS),
    }
    return tuple((name, content) for name, content in properties.items() if content)


def neighbour(article: Article) -> Neighbour:
    """``article`` as a line of a list beside another text."""
    return Neighbour(headline(article.title), article_address(article, SearchRequest()), article.source, when(article))


def _removed(line: Removed) -> RemovedLine:
    return RemovedLine(line.text, texts.named(texts.REMOVED_REASONS, line.reason))
