# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies a published generation: that its files are what was written, and that every article can be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.catalog.published import ArticleEntry, read_articles
from indexer.engine.base import Searcher
from indexer.engine.store import GenerationInfo, Progress, Store
from indexer.errors import FihristError

_MOST_NAMED = 20
"""This many faulty articles are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Verification:
    """``problems`` are sentences; a sound generation has none. ``articles`` were fetched and compared."""

    generation: str
    files: int
    articles: int
    problems: tuple[str, ...]


def verify(store: Store, name: str, progress: Progress) -> Verification:
    """Compare each file with its digest, the counts with each other, and each article with the catalog.

    ``name`` is a generation that is kept, "" for the current one. ``progress`` is called with (articles fetched,
    articles). If a file is not what was written, nothing is opened and no article is fetched. Raises UsageError or
    DamagedIndexError if there is no such generation.
    """
    fetched = 0
    with store.held(name) as info:
        problems = list(store.damages(info.name))
        if not problems:
            try:
                opened = store.open(info.name)
                try:
                    problems, fetched = _content(info, opened.searcher, store.catalog_file(info.name), progress)
                finally:
                    opened.close()
            except FihristError as error:
                problems = [str(error)]
    return Verification(info.name, info.files, fetched, tuple(problems))


def _content(info: GenerationInfo, searcher: Searcher, catalog: Path, progress: Progress) -> tuple[list[str], int]:
    """The problems of the content, and how many articles were fetched."""
    wanted = info.articles
    faulty: list[str] = []
    sources: dict[str, int] = {}
    fetched = 0
    for entry, fault in _articles(catalog, searcher):
        fetched += 1
        sources[entry.source] = sources.get(entry.source, 0) + 1
        if fault:
            faulty.append(f"article {entry.id} from {entry.path} {fault}")
        if not fetched % 100:
            progress(fetched, wanted)
    progress(fetched, wanted)
    counts = {"the catalog": fetched, "the index": searcher.count()}
    problems = [
        f"{what} holds {count} articles, the manifest {wanted}" for what, count in counts.items() if count != wanted
    ]
    if sources != info.sources:
        problems.append("the sources of the catalog are not those of the manifest")
    problems += faulty[:_MOST_NAMED]
    if len(faulty) > _MOST_NAMED:
        problems.append(f"{len(faulty) - _MOST_NAMED} more articles are at fault")
    return problems, fetched


def _articles(catalog: Path, searcher: Searcher) -> Iterator[tuple[ArticleEntry, str]]:
    """Each article of the catalog, and what is wrong with it in the index, "" if nothing is."""
    for entry in read_articles(catalog):
        article = searcher.articles([entry.id]).get(entry.id)
        if article is None:
            yield entry, "cannot be fetched"
        elif (article.id, article.path, article.source) != (entry.id, entry.path, entry.source):
            yield entry, "is another one in the index"
        elif article.fingerprint != entry.fingerprint:
            yield entry, "does not have the content that was read"
        else:
            yield entry, ""
