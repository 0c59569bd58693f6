"""Marked texts as HTML that templates need not escape again."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from indexer.search.results import Marked

_MARK = Markup("<mark>{}</mark>")
_NUMBERED = Markup('<mark id="hit-{}">{}</mark>')


def highlighted(marked: Marked, numbers: Iterator[int] | None = None) -> Markup:
    """The text escaped and its marks as ``<mark>``; given ``numbers``, each takes one for its id ``hit-N``."""
    pieces, end = [], 0
    for start, stop in marked.marks:
        pieces.append(Markup.escape(marked.text[end:start]))
        word = marked.text[start:stop]
        pieces.append(_MARK.format(word) if numbers is None else _NUMBERED.format(next(numbers), word))
        end = stop
    return Markup("").join([*pieces, Markup.escape(marked.text[end:])])
