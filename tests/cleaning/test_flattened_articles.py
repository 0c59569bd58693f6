# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures, in lines, how well known articles are found in pages that were flattened to text, as crawlers do.

Both passes of cleaning are measured together, as in a run, because only the other pages of a source show which
sentences belong to a sidebar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import lxml.html
import pytest

from indexer.assemble import Rules, assemble
from indexer.catalog.catalog import Catalog
from indexer.catalog.published import ArticleEntry
from indexer.catalog.repeated import RepeatedLines
from indexer.sources import Record
from tests.sources.html_pages import TEMPLATES, Story
from tests.sources.test_html_articles import real, sample

LEAST = 0.95
LEAST_EACH = 0.92

_BLOCKS = frozenset(
    re.findall(
        "[a-z0-9]+",
        """address article aside blockquote body br button dd div dl dt fieldset figcaption figure footer form
        h1 h2 h3 h4 h5 h6 header hr html input label legend li main nav ol option p section select table tbody td
        textarea tfoot th thead tr ul""",
    )
)
_UNSEEN = frozenset({"head", "script", "style", "template", "noscript", "title", "svg", "iframe"})


def flattened(page: str, joint: str) -> str:
    """Returns a page's text as a browser's "save as text" writes it: a line for each block, ``joint`` between lines."""
    lines = [""]

    def walk(element: lxml.html.HtmlElement) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNSEEN:
            return
        block = element.tag in _BLOCKS
        if block:
            lines.append("")
        lines[-1] += element.text or ""
        for child in element:
            walk(child)
            lines[-1] += child.tail or ""
        if block:
            lines.append("")

    walk(lxml.html.document_fromstring(page.encode("utf-8", "ignore"), parser=lxml.html.HTMLParser(encoding="utf-8")))
    return joint.join(line for line in (" ".join(line.split()) for line in lines) if line)


class Found(NamedTuple):
    """Numbers of body lines: kept, in the articles, and both."""

    kept: int
    wanted: int
    right: int


def found_in(template: Callable[[Story], str], stories: list[Story], joint: str) -> Found:
    """Returns what is found if the pages made by ``template`` are all pages of a source.

    A headline that is not separated from the body counts neither way: it belongs to the article but is no paragraph.
    """
    catalog = Catalog(None)
    articles = []
    for number, story in enumerate(stories):
        record = Record("", flattened(template(story), joint), flattened=True)
        article = assemble(record, f"news/sahil/{number}.txt", f"/news/sahil/{number}.txt", Rules(), 0)
        assert article is not None
        catalog.put_articles([ArticleEntry(article.id, article.path, article.source, "")])
        articles.append(article)
    repeated = RepeatedLines(catalog)
    repeated.learn(articles)
    kept = wanted = right = 0
    for story, article in zip(stories, articles, strict=True):
        lines = [" ".join(line.split()) for line in repeated.clean(article).body.split("\n")]
        known = [" ".join(line.split()) for line in story.paragraphs]
        kept += sum(line != story.title for line in lines)
        wanted += len(known)
        right += len(set(lines) & set(known))
    catalog.close()
    return Found(kept, wanted, right)


def check(results: dict[str, Found]) -> None:
    """Checks that all templates together reach LEAST and that none is far below."""
    kept, wanted, right = (sum(numbers) for numbers in zip(*results.values(), strict=True))
    assert right >= LEAST * kept, results
    assert right >= LEAST * wanted, results
    for name, found in results.items():
        assert found.right >= LEAST_EACH * max(found.kept, found.wanted), (name, found)


def test_lines_of_invented_articles() -> None:
    joints = ("\n", "\n\n")
    check({
        template.__name__: found_in(template, sample(), joints[number % 2])
        for number, template in enumerate(TEMPLATES)
    })  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("joint", ["\n", "\n\n"], ids=["lines", "blank lines"])
def test_lines_of_real_articles(shared: Path, joint: str) -> None:
    check({template.__name__: found_in(template, real(shared), joint) for template in TEMPLATES})
