# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a file of the archive: regular files only, decompressed if gzipped, with a limit on the bytes read."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from indexer.errors import SourceError
from indexer.sources.decoding.decode import utf16_codec

HEAD = 1 << 16
"""The size in bytes of the buffers, and so the most that `peek` shows of the beginning of an opened file."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")


def is_zip(head: bytes) -> bool:
    """Whether ``head``, the first bytes of a file, is the beginning of a zip archive."""
    return head.startswith(_ZIP_MAGICS)


def is_tar(head: bytes) -> bool:
    """Whether ``head``, the first bytes of a file, is the beginning of a tar archive."""
    if len(head) < tarfile.BLOCKSIZE or head[257:262] != b"ustar":
        return False
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


class TooMuchError(SourceError):
    """A file, or what is compressed in it, holds more bytes than the limit."""


class ByteAllowance:
    """Counts down the bytes that may still be read of ``what``. All members of one archive share one allowance."""

    def __init__(self, most: int, what: str) -> None:
        self._left = most
        self._reason = f"{what} holds more than the limit of {most} bytes, which FIHRIST_MAX_FILE_MB sets"

    def spend(self, count: int) -> None:
        """Takes ``count`` bytes from the allowance. Raises TooMuchError if fewer are left."""
        self._left -= count
        if self._left < 0:
            raise TooMuchError(self._reason)


def open_regular(path: Path) -> BinaryIO:
    """Opens the regular file at ``path`` for reading. Raises OSError, or SourceError if it is not a regular file."""
    # The type is checked before opening, because opening a device can have side effects. O_NONBLOCK and the second
    # check are there because the file may have been replaced by a FIFO in between.
    if stat.S_ISREG(os.stat(path).st_mode):
        file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
    raise SourceError("not a regular file")


def require_size(size: int, max_bytes: int) -> None:
    """Raises SourceError if a file of ``size`` bytes is above the limit ``max_bytes``."""
    if size > max_bytes:
        raise SourceError(f"holds {size} bytes, above the limit of {max_bytes}, which FIHRIST_MAX_FILE_MB sets")


@contextmanager
def open_bounded(path: Path, max_bytes: int) -> Iterator[io.BufferedReader]:
    """Opens the regular file at ``path``, decompressed if it is gzipped and converted from UTF-16 to UTF-8.

    Raises SourceError, when opening or while reading, if the file is not a regular file, cannot be read, is a damaged
    gzip, or holds more than ``max_bytes`` bytes before or after decompression. Memory use is constant.
    """
    try:
        file = open_regular(path)
    except OSError as error:
        raise SourceError(_reason(error)) from error
    with file:
        require_size(os.fstat(file.fileno()).st_size, max_bytes)
        with unpacked(
            file, ByteAllowance(max_bytes, "the file"), ByteAllowance(max_bytes, "the unpacked file")
        ) as stream:
            yield stream


@contextmanager
def unpacked(file: IO[bytes], packed: ByteAllowance, plain: ByteAllowance) -> Iterator[io.BufferedReader]:
    """Gives the bytes of ``file`` as `open_bounded` does.

    ``packed`` counts the bytes read, ``plain`` those decompressed.
    """
    stream: io.BufferedReader = io.BufferedReader(_BoundedReader(file, packed), HEAD)
    if stream.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)] == _GZIP_MAGIC:
        with gzip.GzipFile(fileobj=stream, mode="rb") as inner:
            yield _as_utf8(io.BufferedReader(_BoundedReader(inner, plain), HEAD))
    else:
        yield _as_utf8(stream)


def _as_utf8(stream: io.BufferedReader) -> io.BufferedReader:
    """Returns ``stream``, or a stream of its text in UTF-8 if it is UTF-16.

    Every reader of a format may then search for line ends and tags as bytes, which UTF-16 does not allow.
    """
    head = stream.peek(HEAD)[:HEAD]
    codec = None if is_zip(head) or is_tar(head) else utf16_codec(head)
    return stream if codec is None else io.BufferedReader(_Utf8Reader(stream, codec), HEAD)


class _Utf8Reader(io.RawIOBase):
    """Reads ``inner``, a text in ``codec``, as UTF-8. It leaves U+0000 out, which would look like UTF-16 again."""

    def __init__(self, inner: io.BufferedReader, codec: str) -> None:
        super().__init__()
        self._inner = inner
        self._codec = codec
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._offset = 0
        self._ready = bytearray()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is not in Python 3.10
        # The buffer is filled completely, because the head of the file is taken from a single read.
        while len(self._ready) < len(buffer) and (data := self._inner.read(HEAD)):
            self._ready += self._converted(data)
        if len(self._ready) < len(buffer):
            self._ready += self._converted(b"")
        count = min(len(self._ready), len(buffer))
        buffer[:count] = self._ready[:count]
        del self._ready[:count]
        return count

    def _converted(self, data: bytes) -> bytes:
        """Converts the whole characters of ``data`` to UTF-8. Empty ``data`` means the end of the file."""
        kept = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            at = self._offset - len(kept) + error.start
            where = f"byte {at} is 0x{(kept + data)[error.start]:02x}"
            raise SourceError(f"broken {self._codec.upper()}: {where}") from error
        self._offset += len(data)
        return text.replace("\0", "").encode("utf-8")


class _BoundedReader(io.RawIOBase):
    """Reads ``inner`` within ``allowance``, and turns every error of reading and decompression into a SourceError."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, allowance: ByteAllowance) -> None:
        super().__init__()
        self._inner = inner
        self._allowance = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is not in Python 3.10
        try:
            data = self._inner.read(len(buffer))
        except EOFError as error:
            raise SourceError(f"truncated {self._packing}") from error
        except (gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError) as error:
            raise SourceError(f"damaged {self._packing}: {error}") from error
        except OSError as error:
            raise SourceError(_reason(error)) from error
        self._allowance.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    @property
    def _packing(self) -> str:
        return "gzip" if isinstance(self._inner, gzip.GzipFile) else "archive"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
