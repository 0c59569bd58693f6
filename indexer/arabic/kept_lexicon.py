"""The lexicon of the installed dictionaries, kept in the user's cache, so that it is made once and not at every start.

The file's name has the digest of all that the lexicon is made from: another version of a dictionary, of our lists or of
this code gives another file. A cache that cannot be read or written costs the time of making the lexicon anew, no more.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

from indexer.arabic import dictionaries, making
from indexer.arabic.lexicon import Lexicon
from indexer.errors import DamagedIndexError

_MADE_BY = ("making.py", "verb_masses.py", "dictionaries.py", "conjugation.py", "lexicon.py", "fold.py", "letters.py")
_LISTS = ("plurals.txt", "stopwords.txt")


def kept() -> Lexicon:
    """The lexicon from the cache, else made and put there. Raises DictionaryError."""
    path = _folder() / f"lexicon-{_digest()}.bin"
    if path.is_file():
        try:
            return Lexicon.open(path)
        except DamagedIndexError:
            pass  # it is made anew
    made = making.made()
    _keep(made, path)
    return made


def _keep(lexicon: Lexicon, path: Path) -> None:
    """Write the file whole or not at all: another process may be about to read it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
        lexicon.write(temporary)
        temporary.replace(path)
    except OSError:
        return  # the next start makes it anew


def _folder() -> Path:
    """Where programs keep what they can make again, by the XDG Base Directory Specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fihrist"


def _digest() -> str:
    digest = blake2b(dictionaries.sources_digest().encode(), digest_size=8)
    here = files("indexer.arabic")
    for name in _MADE_BY:
        digest.update((here / name).read_bytes())
    for name in _LISTS:
        digest.update((here / "data" / name).read_bytes())
    return digest.hexdigest()
