"""The lexicon of the installed dictionaries, kept in the user's cache, so that it is made once and not at every start.

The file's name has the digest of all that the lexicon is made from: another version of a dictionary, of our lists or of
this code gives another file. A cache that cannot be read or written costs the time of making the lexicon anew, no more.
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
    """The lexicon from the cache, else made and put there. Raises DictionaryError."""
    digest = _digest()
    folder = _folder()
    if folder is None:
        return making.made()
    path = folder / f"lexicon-{digest}.bin"
    if path.is_file():
        try:
            return Lexicon.open(path)
        except DamagedIndexError:
            pass  # it is made anew
    made = making.made()
    _keep(made, path)
    return made


def _keep(lexicon: Lexicon, path: Path) -> None:
    """Write the file whole or not at all, as another process may be about to read it; older ones are removed."""
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
    except OSError:  # a full disk, a folder that cannot be written: the next start makes it anew
        with suppress(OSError):
            if temporary is not None:
                temporary.unlink(missing_ok=True)


def _folder() -> Path | None:
    """Where programs keep what they can make again, by the XDG Base Directory Specification.

    None for a user without a home, as some services have.
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
