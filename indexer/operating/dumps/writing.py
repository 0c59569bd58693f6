# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a dump (see `layout`) of a generation. The same generation gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from indexer.article import Article
from indexer.catalog.foreign import ForeignCatalog
from indexer.catalog.published import ArticleEntry
from indexer.engine.base import Searcher
from indexer.engine.store import GenerationInfo, Progress, Store
from indexer.errors import DamagedIndexError, FihristError, SourceError, UsageError
from indexer.operating.dumps.layout import CATALOG, FORMAT, HEADER, DumpHeader, articles_member

_MOST_ARTICLES = 2_000
"""How many articles a member holds at most."""

_MOST_BYTES = 16 << 20
"""A member ends when its articles reach this size. So many are in memory, and one article."""

_AT_ONCE = 100
"""How many articles are asked for at once."""

_LEVEL = 6


def write_dump(store: Store, name: str, stream: BinaryIO, progress: Progress) -> DumpHeader:
    """Write the generation ``name`` of ``store``, "" for the current one, to ``stream``, which need not be seekable.

    ``progress`` is called with (articles written, articles). Raises UsageError or NoIndexError if there is no such
    generation, DamagedIndexError if an article is not what the catalog says, and OSError if ``stream`` fails.
    """
    with store.held(name) as info, closing(store.open(info.name)) as opened:
        path = store.catalog_file(info.name)
        try:
            catalog = ForeignCatalog(path)
        except SourceError as error:
            raise DamagedIndexError(f"{info.name} cannot be dumped: {error}; run `fihrist verify`") from error
        with (
            closing(catalog),
            gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=stream, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT) as members,
        ):
            header = _header(info, catalog, path)
            _add(members, HEADER, msgspec.json.encode(header))
            with path.open("rb") as file:
                members.addfile(_member(CATALOG, header.catalog_bytes), file)
            done = 0
            for number, lines in enumerate(_members(_articles(catalog, opened.searcher)), 1):
                _add(members, articles_member(number), b"".join(lines))
                done += len(lines)
                progress(done, header.articles)
    return header


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that gets the name ``path`` when the block ends, and not at all if the block raises.

    Where ``path`` is a device or a pipe, that is written to. Raises UsageError if the file cannot be made, and
    FihristError if the disk fails in the block.
    """
    if path.exists() and not path.is_file():
        with _writable(path, "wb") as stream:
            yield stream
        return
    growing = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _writable(growing, "xb") as stream:
        try:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            growing.replace(path)
        except OSError as error:
            growing.unlink(missing_ok=True)
            raise FihristError(f"{path} is not written: {error.strerror or error}") from error
        except BaseException:  # Ctrl-C, too: nobody can use a part of a dump
            growing.unlink(missing_ok=True)
            raise


def _writable(path: Path, mode: str) -> BinaryIO:
    try:
        return path.open(mode)  # type: ignore[return-value]  # both modes are binary
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; name a file that you may write") from error


def _header(info: GenerationInfo, catalog: ForeignCatalog, path: Path) -> DumpHeader:
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
        size = file.tell()
    return DumpHeader(
        format=FORMAT,
        generation=info.name,
        built_at=info.built_at,
        engine=info.engine,
        analyser=info.analyser,
        cleaning=info.cleaning,
        articles=catalog.articles,
        twins=catalog.twins,
        catalog_bytes=size,
        catalog_digest=digest.hexdigest(),
    )


def _articles(catalog: ForeignCatalog, searcher: Searcher) -> Iterator[Article]:
    """The articles of the index in the order of the catalog. Raises DamagedIndexError."""
    entries = catalog.entries()
    while some := list(islice(entries, _AT_ONCE)):
        found = searcher.articles([entry.id for entry in some])
        for entry in some:
            article = found.get(entry.id)
            if not article or not is_of(article, entry):
                raise DamagedIndexError(
                    f"article {entry.id} from {entry.path} is not in the index as it was read; nothing was dumped; "
                    "run `fihrist verify`, which names all such articles"
                )
            yield article


def is_of(article: Article, entry: ArticleEntry) -> bool:
    """Whether ``entry`` describes ``article``."""
    known = (entry.id, entry.path, entry.source, entry.fingerprint, entry.content)
    return (article.id, article.path, article.source, *article.digests()) == known


def _members(articles: Iterator[Article]) -> Iterator[list[bytes]]:
    """The articles as lines, as many at a time as a member holds."""
    lines: list[bytes] = []
    size = 0
    for article in articles:
        # UTF-8 has no lone surrogates; as JSON's escapes they stay what they are.
        line = article.to_json().encode("utf-8", "backslashreplace") + b"\n"
        lines.append(line)
        size += len(line)
        if len(lines) == _MOST_ARTICLES or size >= _MOST_BYTES:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


def _add(members: tarfile.TarFile, name: str, content: bytes) -> None:
    members.addfile(_member(name, len(content)), BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    return member
