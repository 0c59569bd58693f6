# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens and writes the files of a generation with Whoosh: its segments, deletions and table of contents, in our codec.

``lexicon.bin`` is the lexicon that made all terms. Whoosh's table of contents holds pickles, and reading a pickle can
run code that a stranger wrote into it. So `store` compares every file with the manifest before this module opens it,
the table of contents by its digest. Whoosh opens the newest table of contents that it is told of, so it is told only of
files that the manifest names.
"""

from __future__ import annotations

import errno
from collections.abc import Collection
from pathlib import Path
from typing import Any

import whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import FileIndex

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.engine.local.manifest import Check
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.segments.schema import schema
from indexer.engine.local.segments.sections import MAGIC
from indexer.engine.local.writing.writer import LEXICON, WhooshWriter
from indexer.errors import DamagedIndexError, damaged_file


class _NamedFiles(FileStorage):  # type: ignore[misc]  # Whoosh counts as Any
    """Lists those files of a folder that have one of some names, and opens no other."""

    def __init__(self, folder: Path, names: Collection[str]) -> None:
        super().__init__(str(folder), readonly=True)
        self._names = frozenset(names)

    def list(self) -> list[str]:
        """The names of these files."""
        return sorted(name for name in super().list() if name in self._names)

    def open_file(self, name: str, **options: Any) -> StructFile:
        """The file of this name. Raises FileNotFoundError if it is none of these files."""
        if name not in self._names:
            raise FileNotFoundError(errno.ENOENT, "the manifest does not name it", str(Path(self.folder) / name))
        return super().open_file(name, **options)


class WhooshEngine:
    """Opens and writes the files of one generation by whoosh3.

    ``name`` stands in the manifest. An index that was written under another name must be rebuilt.
    """

    name = f"whoosh {whoosh.versionstring()}, {MAGIC.decode().strip()}"

    def __init__(self, jobs: int = 1) -> None:
        """``jobs`` additional processes build large changes; with 1, the calling process builds them itself."""
        self._jobs = jobs
        self._analysers: dict[str, Analyser] = {}

    def analyser(self, folder: Path) -> Analyser:
        """The analyser with the lexicon in ``folder``. Generations with the same lexicon share it."""
        words = Lexicon.open(folder / LEXICON)
        return self._analysers.setdefault(words.fingerprint, Analyser(words))

    def open(self, folder: Path, names: Collection[str] | None = None) -> WhooshSearcher:
        """A searcher on the published files in ``folder``. Raises DamagedIndexError.

        Only files with one of ``names`` are opened; None for all, in a folder that this process has just written.
        """
        storage = FileStorage(str(folder), readonly=True) if names is None else _NamedFiles(folder, names)
        try:
            return WhooshSearcher(FileIndex(storage), self.analyser(folder))
        except OSError as error:
            raise damaged_file(Path(str(error.filename or folder)), error) from error
        except (whoosh.index.IndexError, ValueError, KeyError, EOFError) as error:
            raise DamagedIndexError(
                f"the index in {folder} cannot be opened ({error}); run `fihrist index --rebuild PATH...`"
            ) from error

    def writer(self, folder: Path, *, fresh: bool, check: Check | None = None) -> WhooshWriter:
        """A writer on a staging folder: an empty one if ``fresh``, else links to the files of a generation.

        ``check`` is called before files of that generation are merged, see `manifest.Check`.
        """
        storage = FileStorage(str(folder))
        if fresh:
            lexicon.shipped().write(folder / LEXICON)
        index = storage.create_index(schema()) if fresh else FileIndex(storage)
        return WhooshWriter(index, folder, self.analyser(folder), self._jobs, check)
