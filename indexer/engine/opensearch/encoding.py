# SPDX-License-Identifier: GPL-3.0-or-later
"""Terms and names as a cluster takes them.

A field of terms is one text with blanks between terms, ``|`` before a number or between two terms at one position, and
``_`` for a position without a term; so no term may hold these signs. OpenSearch also refuses terms of more than 32,766
bytes, and JSON has no lone surrogates. A text that breaks one of these rules is stored as a digest: it is found by the
whole text as well as before, only not by a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b

NOWHERE = "_"
"""Holds a position that has no term."""

LONGEST = 8_000
"""Texts of more UTF-8 bytes are stored as digests."""

_DIGEST = "\u0001"
"""The first sign of a digest. The analyser makes no term with it."""

_NO_TERM = re.compile(r"[\s|_\x00-\x1f\ud800-\udfff]")
_NO_NAME = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def term(text: str) -> str:
    """The term ``text`` as fields of terms hold it."""
    if len(text) * 4 <= LONGEST or len(text.encode("utf-8", "surrogatepass")) <= LONGEST:
        return _digest(text) if _NO_TERM.search(text) else text
    return _digest(text)


def terms(texts: Sequence[str]) -> Sequence[str]:
    """The terms ``texts`` as fields of terms hold them, in their order. Quicker than `term` for each."""
    return texts if are_plain(texts) else list(map(term, texts))


def are_plain(texts: Collection[str]) -> bool:
    """Whether all of ``texts`` are terms as they are, and not very long."""
    together = "".join(texts)
    # Most texts hold nothing but letters and digits, which is quicker to see than what the pattern looks for.
    plain = together.isalnum() or not _NO_TERM.search(together)
    return plain and 4 * max(map(len, texts), default=0) <= LONGEST


def name(text: str) -> str:
    """The name of a source, a section, an author or an own value as keyword fields hold it."""
    if _NO_NAME.search(text) or len(text.encode("utf-8")) > LONGEST:
        return _digest(text)
    return text


def names_by_code(names: Iterable[str]) -> dict[str, str]:
    """Those of ``names`` that are stored as digests, by their digests."""
    return {code: one for one in names if (code := name(one)) != one}


def own_field(own: str) -> str:
    """The field of documents that holds the own field ``own``. A point would divide the name."""
    return f"own.{own}" if re.fullmatch(r"[a-z0-9_-]+", own) else f"own.x{own.encode('utf-8', 'surrogatepass').hex()}"


def harmless(json_text: str) -> str:
    """JSON without lone surrogates: as the escapes that JSON has for them, which mean the same."""
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _digest(text: str) -> str:
    return _DIGEST + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
