# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the lexicon of the installed dictionaries in the user's cache, so that it is made only once.

The file name contains the digest of everything that the lexicon is made from: another version of a dictionary, of our
lists or of this code gives another file. If the cache cannot be read or written, the lexicon is made anew.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

from indexer.arabic.lexicon import dictionaries, making
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.errors import DamagedIndexError

_MADE_BY = (
    "lexicon/making.py",
    "lexicon/verb_masses.py",
    "lexicon/dictionaries.py",
    "lexicon/conjugation.py",
    "lexicon/lexicon.py",
    "fold.py",
    "letters.py",
)
_LISTS = ("plurals.txt", "stopwords.txt")


def kept() -> Lexicon:
    """Returns the lexicon from the cache, or makes it and puts it there. Raises DictionaryError."""
    digest = _digest()
    folder = _folder()
    if folder is None:
        return making.made()
    path = folder / f"lexicon-{digest}.bin"
    if path.is_file():
        try:
            return Lexicon.open(path)
        except DamagedIndexError:
            pass  # the lexicon is made anew
    made = making.made()
    _keep(made, path)
    return made


def _keep(lexicon: Lexicon, path: Path) -> None:
    """Writes the file whole or not at all, since another process may be reading it, and removes older files."""
    temporary = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
        lexicon.write(temporary)
        temporary.replace(path)
        for other in path.parent.glob("lexicon-*.bin"):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:  # a full disk or a read-only folder: the next start makes it anew
        with suppress(OSError):
            if temporary is not None:
                temporary.unlink(missing_ok=True)


def _folder() -> Path | None:
    """Returns the cache folder of the XDG Base Directory Specification.

    Returns None for a user without a home, as some services have.
    """
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fihrist"
    except RuntimeError:
        return None


def _digest() -> str:
    digest = blake2b(dictionaries.sources_digest().encode(), digest_size=8)
    here = files("indexer.arabic")
    for name in _MADE_BY:
        digest.update((here / name).read_bytes())
    for name in _LISTS:
        digest.update((here / "data" / name).read_bytes())
    return digest.hexdigest()
