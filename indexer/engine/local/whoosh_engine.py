"""The engine on Whoosh: its index, segments, deletions and table of contents over files of our own (`codec`).

``lexicon.bin`` is the lexicon that all terms were made by. Whoosh's table of contents holds pickles, so a reader would
run what a stranger had written into it: whoever opens a generation compares its files with the manifest before this
module opens any, that one by its digest.
"""

from __future__ import annotations

from pathlib import Path

import whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.engine.local.manifest import Check
from indexer.engine.local.searcher import WhooshSearcher
from indexer.engine.local.segments.schema import schema
from indexer.engine.local.segments.sections import MAGIC
from indexer.engine.local.writing.writer import LEXICON, WhooshWriter
from indexer.errors import DamagedIndexError


class WhooshEngine:
    """Opens and writes the files of one generation by whoosh3.

    ``name`` stands in the manifest. An index that was written under another name must be rebuilt.
    """

    name = f"whoosh {whoosh.versionstring()}, {MAGIC.decode().strip()}"

    def __init__(self, jobs: int = 1) -> None:
        """Large changes are built by so many processes beside the one that applies them; with 1 by that one alone."""
        self._jobs = jobs
        self._analysers: dict[str, Analyser] = {}

    def analyser(self, folder: Path) -> Analyser:
        """The analyser over the lexicon in ``folder``; generations that share it share its cache too."""
        words = Lexicon.open(folder / LEXICON)
        return self._analysers.setdefault(words.fingerprint, Analyser(words))

    def open(self, folder: Path) -> WhooshSearcher:
        """A searcher on the published files in ``folder``. Raises DamagedIndexError."""
        try:
            return WhooshSearcher(FileIndex(FileStorage(str(folder), readonly=True)), self.analyser(folder))
        except (whoosh.index.IndexError, OSError, ValueError, KeyError, EOFError) as error:
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
