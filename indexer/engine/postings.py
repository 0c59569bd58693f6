"""From an article to the postings of its two tiers, and the bytes of a posting.

A tier is one posting list a term: title, lead and body are folded into one weighted frequency (BM25F), and a place in
the title is told from one in the body by its position:

- title words have positions 0, 1, 2, ... below ``BODY_POSITION``;
- body words have positions from ``BODY_POSITION`` on, so that no phrase runs from the title into the body.

A posting's value is the positions, ascending, as differences in base 128: seven bits a byte, low bits first, the high
bit set on all but a number's last byte. It is Fihrist's own format, since Whoosh's writes a pickle a posting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from whoosh.formats import Format

from indexer.arabic.analyser import TIERS, Analyser, Tier
from indexer.article import Article

BODY_POSITION = 1_000
TITLE_WEIGHT = 3.0
"""What an occurrence in the title counts, one in the body being 1."""


class Posting(NamedTuple):
    """A term of one article: its UTF-8 bytes, how often it occurs, its weighted frequency, its packed positions."""

    term: bytes
    frequency: int
    weight: float
    value: bytes


def postings(article: Article, analyser: Analyser) -> dict[Tier, list[Posting]]:
    """The postings of ``article`` by tier."""
    places: dict[Tier, dict[str, list[int]]] = {tier: {} for tier in TIERS}
    for text, base, limit in ((article.title, 0, BODY_POSITION - 1), (article.body, BODY_POSITION, 2**31)):
        for token in analyser.tokens(text):
            position = min(base + token.position, limit)
            for tier in TIERS:
                if term := token.term(tier):
                    places[tier].setdefault(term, []).append(position)
    return {tier: [_posting(term, positions) for term, positions in places[tier].items()] for tier in TIERS}


def _posting(term: str, positions: list[int]) -> Posting:
    weight = sum(TITLE_WEIGHT if position < BODY_POSITION else 1.0 for position in positions)
    return Posting(term.encode("utf-8", "surrogatepass"), len(positions), weight, pack(positions))


def pack(positions: Iterable[int]) -> bytes:
    """Ascending whole numbers as the bytes that the module describes."""
    packed = bytearray()
    last = 0
    for position in positions:
        rest = position - last
        last = position
        while rest > 127:
            packed.append(rest & 127 | 128)
            rest >>= 7
        packed.append(rest)
    return bytes(packed)


def unpack(value: bytes) -> list[int]:
    """The numbers that `pack` packed."""
    positions = []
    position = shift = rest = 0
    for byte in value:
        rest |= (byte & 127) << shift
        if byte & 128:
            shift += 7
        else:
            position += rest
            positions.append(position)
            shift = rest = 0
    return positions


class PackedPositions(Format):  # type: ignore[misc]  # Whoosh counts as untyped
    """Whoosh's view of a posting's value, so that its phrase and span queries can read it."""

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """The positions in a posting's value."""
        return unpack(valuestring)

    def decode_frequency(self, valuestring: bytes) -> int:
        """How many positions a posting's value holds: its bytes without the high bit."""
        return sum(byte < 128 for byte in valuestring)

    def word_values(self, value: Any, analyzer: Any, **kwargs: Any) -> Iterable[tuple[bytes, int, float, bytes]]:
        """The postings as they are: `postings` made them already."""
        return value  # type: ignore[no-any-return]  # Whoosh types a field's value as Any
