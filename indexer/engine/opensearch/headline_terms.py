# SPDX-License-Identifier: GPL-3.0-or-later
"""The terms under which headlines are found by how they, or some of their words, begin.

The field ``title_base`` has at the position of each word its base and, behind a mark, every beginning of the base, the
empty one too. So "these words, then one that begins so" is a phrase like any other: exact, and as quick for one letter
as for ten. A last mark stands before the first word, for headlines that begin with a phrase.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence

from indexer.engine.opensearch import encoding
from indexer.errors import DamagedIndexError

# No term has these signs, see `encoding.term`.
_BEGINNING = "\u0002"
_FIRST = "\u0003"
_NO_BASE = "\u0004"

LONGEST_BEGINNING = 20
"""The longest beginning that has a term. A longer one finds the words that share this many letters with it."""


def indexed(headline: Sequence[str]) -> str:
    """The value of ``title_base`` for a headline of these bases; "" stands for a word without a base."""
    return " ".join([_FIRST, *("|".join(_terms(base)) for base in headline)]) if headline else ""


def _terms(base: str) -> Iterator[str]:
    yield _base(base)
    for letters in range(min(len(base), LONGEST_BEGINNING) + 1):
        yield _beginning(base[:letters])


def _base(base: str) -> str:
    return encoding.term(base) if base else _NO_BASE


def _beginning(letters: str) -> str:
    return _BEGINNING + encoding.term(letters)


def kept(article_id: str, headline: Sequence[str]) -> str:
    """The value of ``headline``: the id of the article, then the bases in their order; `read` reads it.

    In base 64, as OpenSearch takes and returns bytes. Bytes are read several times as fast as keywords are.
    """
    terms = (encoding.term(base) if base else encoding.NOWHERE for base in headline)
    return b64encode(" ".join((article_id, *terms)).encode()).decode()


def read(value: str) -> tuple[str, tuple[str, ...]]:
    """The id of the article and the terms of the bases in a value of ``headline``; "" for a word without a base.

    Raises DamagedIndexError.
    """
    try:
        # Releases differ in whether they pad base 64.
        article_id, *terms = b64decode(f"{value}==").decode().split(" ")
    except ValueError as error:
        raise DamagedIndexError(
            f"a headline in the index cannot be read ({error}); run `fihrist index --rebuild PATH...` to write it anew"
        ) from error
    return article_id, tuple("" if term == encoding.NOWHERE else term for term in terms)


def is_base(term: str) -> bool:
    """Whether a term of `read` is the base itself and no digest of it."""
    return encoding.term(term) == term


def phrase(words: Iterable[str], beginning: str | None = None, *, first: bool = False) -> str:
    """The terms of the headlines that have the bases ``words`` side by side, for a phrase in ``title_base``.

    With ``beginning`` a base that begins so must follow. With ``first`` the headline must begin with all this.
    """
    found = [_FIRST] if first else []
    found += map(_base, words)
    if beginning is not None:
        found.append(_beginning(beginning[:LONGEST_BEGINNING]))
    return " ".join(found)
