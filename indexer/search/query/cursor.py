# SPDX-License-Identifier: GPL-3.0-or-later
"""The cursor of a list of results: a short text that says behind which result the next page begins.

It holds the search and the generation that it is of, both as digests, the place, and a checksum. A caller cannot read
it, and need not keep anything else. It is no secret: whoever makes one gets nothing that a page number would not give.
"""

from __future__ import annotations

import math
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b

from indexer import moments
from indexer.engine.questions import ListPlace
from indexer.search.query.parameter_types import Parameter, Params, Schema

_LAYOUT = struct.Struct(">B6s6sIQdqqq")
"""The version, the digests, and the place: number, id, score and times."""
_VERSION = 1
_CHECKSUM = 6
_LENGTH = (_LAYOUT.size + _CHECKSUM) * 4 // 3
_UNKNOWN = moments.FIRST - 1
_FORM = re.compile(f"[A-Za-z0-9_-]{{{_LENGTH}}}")


def digest(text: str) -> str:
    """Returns 12 hexadecimal digits that stand for ``text``, to tell searches and generations apart."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list of the search and the generation with these digests (`digest`)."""

    search: str
    generation: str
    place: ListPlace

    def written(self) -> str:
        """Returns the cursor as a text, which `read` reads."""
        place = self.place
        times = (_UNKNOWN if one is None else one for one in (place.published, place.fetched, place.indexed))
        packed = _LAYOUT.pack(
            _VERSION,
            bytes.fromhex(self.search),
            bytes.fromhex(self.generation),
            min(place.number, 2**32 - 1),
            int(place.id, 16),
            place.score,
            *times,
        )
        return urlsafe_b64encode(packed + _checksum(packed)).decode("ascii")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Returns the cursor that `written` wrote. Raises ValueError on any other text."""
        whole = urlsafe_b64decode(text) if _FORM.fullmatch(text) else b""
        packed = whole[:-_CHECKSUM]
        if whole[-_CHECKSUM:] != _checksum(packed):
            raise ValueError("the length or the checksum is wrong")
        version, search, generation, number, article_id, score, *times = _LAYOUT.unpack(packed)
        published, fetched, indexed = known = [None if one == _UNKNOWN else one for one in times]
        in_range = all(one is None or moments.FIRST <= one <= moments.LAST for one in known)
        if version != _VERSION or not number or not math.isfinite(score) or not in_range:
            raise ValueError("no place in a list")
        place = ListPlace(number, f"{article_id:016x}", score, published, fetched, indexed)
        return cls(search.hex(), generation.hex(), place)


def _checksum(packed: bytes) -> bytes:
    return blake2b(packed, digest_size=_CHECKSUM, person=b"fihrist cursor").digest()


@dataclass(frozen=True)
class CursorParameter(Parameter[Cursor | None]):
    """A cursor that an answer named; None where none is given."""

    def read(self, params: Params) -> Cursor | None:
        """See `Parameter.read`."""
        text = self.single(params)
        if not text:
            return None
        try:
            return Cursor.read(text)
        except ValueError:
            raise self.wrong(
                f"{self.name} is not one that an answer of this address named; take it unchanged from the member "
                f"{self.name} of the page before, or leave it out to begin again."
            ) from None

    def schema(self) -> Schema:
        """See `Parameter.schema`."""
        return {"type": "string", "pattern": f"^{_FORM.pattern}$"}
