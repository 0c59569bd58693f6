# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a dump (see `layout`) that anybody may have made, once, from front to end, in bounded memory.

No member is unpacked by its name: the names must be those of the layout, in its order. Every article must be the one
that the catalog describes, and the catalog must be whole (`indexer.catalog.foreign`).
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from indexer import moments
from indexer.article import Article
from indexer.catalog.foreign import ForeignCatalog
from indexer.catalog.published import ArticleEntry
from indexer.errors import IndexingError, SourceError, UsageError
from indexer.operating.dumps.layout import CATALOG, FORMAT, HEADER, DumpHeader, articles_member
from indexer.operating.dumps.writing import is_of
from indexer.sources.records.own_fields import LONGEST_VALUE, require_usable

_LARGEST_HEADER = 1 << 16
_MOST_PADDING = 1 << 20
"""More bytes than a tar archive has after its last member."""

_FRESH = "make the dump anew with `fihrist dump`"


class _DumpMember(tarfile.TarInfo):
    """A member of a tar archive. Any other than a regular file is an error.

    tarfile reads what precedes a member with a long name or with attributes into memory, however large it is.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _DumpMember:
        """See `tarfile.TarInfo.frombuf`. Raises SourceError too."""
        member = super().frombuf(buf, encoding, errors)
        if member.type != tarfile.REGTYPE:
            raise SourceError(f"{member.name[:60]!r} is not a regular file")
        return member


class Dump:
    """A dump that is being read. For one thread. Call `catalog`, then `articles`."""

    def __init__(self, stream: BinaryIO, longest: int) -> None:
        """Read the header. ``stream`` need not be seekable; ``longest`` is the largest article to read, in bytes.

        Raises UsageError if it is no dump, or not of this version of Fihrist.
        """
        self._longest = longest
        self._packed = gzip.GzipFile(fileobj=stream, mode="rb")
        try:
            with _readable():
                # It holds no file of its own that would have to be closed.
                self._members = tarfile.open(fileobj=self._packed, mode="r|", tarinfo=_DumpMember)  # noqa: SIM115
                content = self._next(HEADER, _LARGEST_HEADER).read()
            self.digest = hashlib.sha256(content).hexdigest()
            """Two dumps of the same articles have the same one, in hexadecimal."""
            self.header = _header(content)
            """What the dump says it holds."""
        except SourceError as error:
            raise UsageError(f"this is not a dump of Fihrist, or it is damaged: {error}; {_FRESH}") from error

    def catalog(self, folder: Path) -> ForeignCatalog:
        """Writes the catalog of the dump into ``folder`` and opens it.

        Raises IndexingError if the file is no catalog, and OSError if it cannot be written.
        """
        with damages():
            member = self._next(CATALOG, self.header.catalog_bytes)
            free = shutil.disk_usage(folder).free
            if free < self.header.catalog_bytes:
                raise IndexingError(
                    f"the catalog of the dump has {self.header.catalog_bytes >> 20} MB, but {folder} has room for "
                    f"{free >> 20}; name another folder in TMPDIR"
                )
            digest, path = hashlib.sha256(), folder / CATALOG
            with path.open("wb") as file:
                while piece := _read(member, 1 << 20):
                    digest.update(piece)
                    file.write(piece)
            if digest.hexdigest() != self.header.catalog_digest:
                raise SourceError("the catalog is not what was written")
            catalog = ForeignCatalog(path)
            if (catalog.articles, catalog.twins) != (self.header.articles, self.header.twins):
                catalog.close()
                raise SourceError(f"its catalog holds {catalog.articles} articles, not {self.header.articles}")
            return catalog

    def articles(self, catalog: ForeignCatalog) -> Iterator[tuple[Article, ArticleEntry]]:
        """All articles with their entries, by id; ends when the whole dump was read. Raises IndexingError."""
        with damages():
            entries = catalog.entries()
            for line in self._lines():
                article = _article(line)
                entry = next(entries, None)
                if not entry:
                    raise SourceError(f"there are more articles than {HEADER} says")
                if not is_of(article, entry):
                    raise SourceError(f"article {entry.id} is not the one that the catalog describes")
                yield article, entry
            if next(entries, None):
                raise SourceError(f"there are fewer articles than {HEADER} says")

    def _lines(self) -> Iterator[bytes]:
        number = 1
        while member := self._member(articles_member(number)):
            line = _line(member, self._longest)
            if not line:  # else there could be any number of them
                raise SourceError(f"{articles_member(number)} is empty")
            while line:
                yield line
                line = _line(member, self._longest)
            number += 1
        padding = 0
        with _readable():
            # Only a stream that was read to its end has proved that nothing is missing or changed.
            while rest := self._packed.read(1 << 16):
                padding += len(rest)
                if rest.strip(b"\0") or padding > _MOST_PADDING:
                    raise SourceError("something follows its last member")

    def _next(self, name: str, size: int) -> IO[bytes]:
        """The content of the next member, which must have this name and at most this size."""
        member = self._member(name, size)
        if not member:
            raise SourceError(f"it ends before {name}")
        return member

    def _member(self, name: str, size: int | None = None) -> IO[bytes] | None:
        """The content of the next member, None if there is none."""
        with _readable():
            member = self._members.next()
            content = self._members.extractfile(member) if member else None
        if member and member.name != name:
            raise SourceError(f"it holds {member.name[:60]!r} where {name} should be")
        if member and size is not None and member.size > size:
            raise SourceError(f"{name} has {member.size} bytes instead of at most {size}")
        return content


@contextmanager
def _readable() -> Iterator[None]:
    """Turns the errors of gzip, tar and the stream into SourceError."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"it is truncated or damaged ({what})") from error


@contextmanager
def damages() -> Iterator[None]:
    """Turns SourceError, whose exit code would say that something was published, into IndexingError."""
    try:
        yield
    except SourceError as error:
        raise IndexingError(f"the dump cannot be imported: {error}; {_FRESH}; nothing was published") from error


def _read(member: IO[bytes], size: int) -> bytes:
    with _readable():
        return member.read(size)


def _line(member: IO[bytes], longest: int) -> bytes:
    """The next line, b"" at the end of the member."""
    with _readable():
        line = member.readline(longest + 1)
    if len(line) > longest:
        raise SourceError(f"an article has more than {longest >> 20} MB; raise FIHRIST_MAX_FILE_MB if that is right")
    return line


def _header(content: bytes) -> DumpHeader:
    """Raises UsageError or SourceError."""
    try:
        found = msgspec.json.decode(content)
        if isinstance(found, dict) and isinstance(number := found.get("format"), int) and number != FORMAT:
            raise UsageError(
                f"the dump has format {number}, this program reads {FORMAT}; "
                "make and import dumps with the same version of Fihrist"
            )
        return msgspec.convert(found, DumpHeader)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as error:
        raise SourceError(f"{HEADER}: {error}") from error


def _article(line: bytes) -> Article:
    """Raises SourceError unless ``line`` is an article whose fields are as reading makes them."""
    try:
        article = Article.from_json(line.decode("utf-8"))
        texts = [getattr(article, name) for name in _TEXTS]
        texts += [text for removed in article.removed for text in (removed.text, removed.reason)]
        texts += [text for pair in article.own for text in pair]
        texts += [article.published.value] if article.published else []
        texts += article.authors or ()
        right = all(type(text) is str for text in texts)
        right = right and all(_is_moment(moment) for moment in (article.fetched_at, article.indexed_at))
        right = right and all(len(value) <= LONGEST_VALUE for _, value in article.own)
        right = right and list(article.own) == sorted(dict(article.own).items())
        for name, _ in article.own:
            require_usable(name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
        raise SourceError(f"a line is not an article ({type(error).__name__}: {str(error)[:100]})") from error
    if not right:
        raise SourceError("a line is not an article: a field has another type or value than articles have")
    return article


_TEXTS = ("id", "title", "body", "path", "source", "category", "author", "url")


def _is_moment(moment: object) -> bool:
    return moment is None or (type(moment) is int and moments.FIRST <= moment <= moments.LAST)
