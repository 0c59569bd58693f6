"""What a reader typed, read: words that must occur, phrases in quotes, and -words that must not.

Any string can be read; what cannot be an operator is text. Quotes may be "straight", “typographic” or «Arabic».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(
    r"""(?P<not>(?<!\S)-)?(?:"(?P<straight>[^"]*)"|“(?P<curly>[^”“]*)”|«(?P<arabic>[^»«]*)»)"""
    r"""|(?<!\S)-(?P<word>[^\s"“”«»-][^\s"“”«»]*)"""
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the query: a run of plain words, or what stood in quotes; ``excluded`` where it must not occur."""

    text: str
    phrase: bool = False
    excluded: bool = False


def parse(query: str) -> tuple[Part, ...]:
    """The parts of ``query`` in order; parts without any text are left out."""
    return tuple(part for part in _parts(query) if part.text)


def _parts(query: str) -> Iterator[Part]:
    end = 0
    for match in _PART.finditer(query):
        yield Part(query[end : match.start()].strip())
        quoted = next((text for name in ("straight", "curly", "arabic") if (text := match[name]) is not None), None)
        if quoted is None:
            yield Part(match["word"], excluded=True)
        else:
            yield Part(quoted.strip(), phrase=True, excluded=bool(match["not"]))
        end = match.end()
    yield Part(query[end:].strip())
