# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the members of zip and tar archives as streams. Nothing is unpacked to disk, and no path in them is followed.

A tar is read from beginning to end, a zip by its central directory.
"""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tarfile import HeaderError, ReadError
from typing import IO

from indexer.errors import SourceError
from indexer.sources.files import ByteAllowance, TooMuchError, open_regular, unpacked

SUFFIXES = frozenset({".zip", ".tar", ".tgz"})

Member = tuple[str, "io.BufferedReader | str"]
"""The path of a member, made printable, and its bytes, or else the reason why they cannot be read."""

_LONGEST_DIRECTORY = 16 << 20
"""The most bytes of a zip's central directory that are read. In memory, Python needs about ten times as many."""
_LONGEST_TAR_HEADER = 1 << 16
_LONG_NAME_HEADERS = frozenset({
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
})  # fmt: skip
_END_OF_TAR: type[Exception] = tarfile.EOFHeaderError  # type: ignore[attr-defined]  # typeshed leaves it out
_UNREADABLE = (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)


def zip_members(path: Path, max_bytes: int) -> Iterator[Member]:
    """Yields the files in the zip at ``path``. Raises SourceError if its central directory cannot be read.

    All members together may hold ``max_bytes`` bytes; beyond that, reading them raises TooMuchError.
    """
    allowances = _allowances(max_bytes)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_regular(path))
            archive = stack.enter_context(zipfile.ZipFile(_BoundedZip(file)))
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
            raise SourceError(f"damaged or truncated zip: {error}") from error
        for info in archive.infolist():
            name = _printable(info.filename)
            if info.is_dir():
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                yield name, "a link, which is not followed"
                continue
            try:
                with archive.open(info) as member, unpacked(member, *allowances) as stream:
                    yield name, stream
            except TooMuchError:
                raise
            except SourceError as error:
                yield name, str(error)
            except _UNREADABLE as error:
                yield name, f"cannot be unpacked: {error}"


def tar_members(stream: io.BufferedReader, max_bytes: int) -> Iterator[Member]:
    """Yields the files in the tar in ``stream``. Errors and limits are those of `zip_members`."""
    allowances = _allowances(max_bytes)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_TarHeader, errorlevel=1) as archive:
            for info in archive:
                name = _printable(info.name)
                # `tarfile` keeps a TarInfo for each member it has met; this frees them.
                archive.members = []  # type: ignore[attr-defined]  # typeshed leaves it out
                if info.isdir():
                    continue
                member = archive.extractfile(info) if info.isreg() else None
                if member is None:
                    yield name, "a link or device, which is not followed"
                    continue
                try:
                    with member, unpacked(member, *allowances) as bytes_:
                        yield name, bytes_
                except TooMuchError:
                    raise
                except SourceError as error:
                    yield name, str(error)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise SourceError(f"damaged or truncated tar: {error}") from error


def _allowances(max_bytes: int) -> tuple[ByteAllowance, ByteAllowance]:
    return ByteAllowance(max_bytes, "the unpacked archive"), ByteAllowance(max_bytes, "the unpacked archive")


def _printable(name: str) -> str:
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class _BoundedZip(io.RawIOBase):
    """A zip file that refuses to read more than `_LONGEST_DIRECTORY` bytes at once."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, _LONGEST_DIRECTORY + 1) if size >= 0 else _LONGEST_DIRECTORY + 1)
        if len(data) > _LONGEST_DIRECTORY:
            raise zipfile.BadZipFile(f"a central directory of more than {_LONGEST_DIRECTORY} bytes")
        return data


class _TarHeader(tarfile.TarInfo):
    """A tar header that raises an error where `tarfile` would silently end, or read a name of any length."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> _TarHeader:
        try:
            return super().fromtarfile(tarfile)
        except _END_OF_TAR:
            raise
        except HeaderError as error:
            raise ReadError(str(error)) from error

    def _proc_member(self, tarfile_: tarfile.TarFile) -> tarfile.TarInfo:
        # `tarfile` documents this method as the one to override. It reads long names and attributes whole.
        if self.size < 0 or (self.type in _LONG_NAME_HEADERS and self.size > _LONGEST_TAR_HEADER):
            raise ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(tarfile_)  # type: ignore[misc,no-any-return]  # typeshed leaves it out
