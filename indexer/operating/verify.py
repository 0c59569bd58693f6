"""Whether a published generation is what was written, and all of it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.catalog.catalog import ArticleEntry, read_articles
from indexer.engine.base import Engine, Searcher
from indexer.engine.local.generations import CATALOG
from indexer.engine.local.manifest import MANIFEST, Generation
from indexer.errors import FihristError

Progress = Callable[[int, int], None]

_MOST_NAMED = 20
"""So many articles at fault are named; of the others, how many there are."""


@dataclass(frozen=True, slots=True)
class Verification:
    """``problems`` are sentences; there are none in a sound generation. ``articles`` were fetched and compared."""

    generation: str
    files: int
    articles: int
    problems: tuple[str, ...]


def verify(generation: Generation, engine: Engine, progress: Progress) -> Verification:
    """Compare each file with its digest, the counts with each other, and each article with the catalog.

    ``progress`` is called with (articles fetched, articles). Files that are not what was written are never opened, so
    that then nothing else is looked at. Raises DamagedIndexError where the generation is gone.
    """
    hold = generation.hold()
    problems = [str(error) for error in generation.damages()]
    present = {path.name for path in generation.folder.iterdir()} - {MANIFEST}
    problems += [
        f"{generation.folder / name} is not of this index; remove it"
        for name in sorted(present - set(generation.manifest.files))
    ]
    fetched = 0
    if not problems:
        try:
            generation.require_engine(engine.name)
            generation.require_analyser(engine.analyser(generation.folder).fingerprint)
            searcher = engine.open(generation.folder)
            try:
                problems, fetched = _content(generation, searcher, progress)
            finally:
                searcher.close()
        except FihristError as error:
            problems = [str(error)]
    del hold
    return Verification(generation.name, len(generation.manifest.files), fetched, tuple(problems))


def _content(generation: Generation, searcher: Searcher, progress: Progress) -> tuple[list[str], int]:
    wanted = generation.manifest.articles
    faulty: list[str] = []
    sources: dict[str, int] = {}
    fetched = 0
    for entry, fault in _articles(generation.folder / CATALOG, searcher):
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
    if sources != generation.manifest.sources:
        problems.append("the sources of the catalog are not those of the manifest")
    problems += faulty[:_MOST_NAMED]
    if len(faulty) > _MOST_NAMED:
        problems.append(f"{len(faulty) - _MOST_NAMED} more articles are at fault")
    return problems, fetched


def _articles(catalog: Path, searcher: Searcher) -> Iterator[tuple[ArticleEntry, str]]:
    """Each article of the catalog, and what is wrong with it in the index, or ""."""
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
