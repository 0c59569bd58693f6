"""Opening a file of the archive: regular files only, unpacked if gzipped, never more bytes than allowed."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from indexer.errors import SourceError
from indexer.sources.decode import decode, utf16_codec

HEAD = 1 << 16
"""How many bytes `io.BufferedReader.peek` shows of an opened file, at most."""

_GZIP_MAGIC = b"\x1f\x8b"


@contextmanager
def open_bounded(path: Path, max_bytes: int) -> Iterator[io.BufferedReader]:
    """The bytes of the regular file at ``path``, unpacked where they are gzipped, UTF-16 rewritten as UTF-8.

    Raises SourceError, on opening or while reading, where the file is not a regular one, cannot be read, is a damaged
    gzip, or holds more than ``max_bytes`` bytes before or after unpacking. Memory is constant except for UTF-16.
    """
    try:
        # Looked at before it is opened: opening a FIFO would wait for its writer, opening a device may act.
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise SourceError("not a regular file")
        if status.st_size > max_bytes:
            raise SourceError(f"holds {status.st_size} bytes, above the limit of {max_bytes}")
        file = path.open("rb")
    except OSError as error:
        raise SourceError(_reason(error)) from error
    with file:
        stream: io.BufferedReader = io.BufferedReader(_Bounded(file, max_bytes, "the file"), HEAD)
        if stream.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)] == _GZIP_MAGIC:
            with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
                yield _as_utf8(io.BufferedReader(_Bounded(unpacked, max_bytes, "the unpacked file"), HEAD))
        else:
            yield _as_utf8(stream)


def _as_utf8(stream: io.BufferedReader) -> io.BufferedReader:
    """``stream``, or its text in UTF-8 where it is UTF-16: lines of the latter cannot be told apart by bytes."""
    if utf16_codec(stream.peek(HEAD)[:HEAD]) is None:
        return stream
    data = decode(stream.read()).encode("utf-8")
    return io.BufferedReader(_Bounded(io.BytesIO(data), len(data), "the file"), HEAD)


class _Bounded(io.RawIOBase):
    """Reads ``inner``, with SourceError for every way that it can fail, and for reading past ``limit`` bytes."""

    def __init__(self, inner: BinaryIO | gzip.GzipFile, limit: int, what: str) -> None:
        super().__init__()
        self._inner = inner
        self._limit = limit
        self._what = what
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is not in Python 3.10
        try:
            data = self._inner.read(len(buffer))
        except EOFError as error:
            raise SourceError("truncated gzip") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(f"damaged gzip: {error}") from error
        except OSError as error:
            raise SourceError(_reason(error)) from error
        self._count += len(data)
        if self._count > self._limit:
            raise SourceError(f"{self._what} holds more than the limit of {self._limit} bytes")
        buffer[: len(data)] = data
        return len(data)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
