"""The texts of a record without what other programs did to them on their way: escapes, misread bytes, visual order."""

from __future__ import annotations

from dataclasses import replace

from indexer.sources.decoding.decode import plain
from indexer.sources.decoding.escapes import unescaped
from indexer.sources.decoding.mojibake import mended
from indexer.sources.decoding.visual import in_reading_order
from indexer.sources.record import Record

_TEXTS = ("title", "text", "category", "author", "source")
_MARKS = "&%\\=<"
"""Every escape has one of these."""


def repaired(record: Record) -> Record:
    """``record`` with its texts as they were meant; itself where nothing is wrong, as in nearly all.

    Raises SourceError where a text cannot be turned back (see `mojibake`).
    """
    changed = {}
    for name in _TEXTS:
        text: str = getattr(record, name)
        if text and (better := _repaired(text, is_flattened=record.flattened)) != text:
            changed[name] = better
    return replace(record, **changed) if changed else record  # type: ignore[arg-type]  # only fields that are texts


def _repaired(text: str, *, is_flattened: bool) -> str:
    if any(mark in text for mark in _MARKS):
        better = unescaped(text, is_flattened=is_flattened)
        # What was escaped may be misread, and may be controls.
        text = text if better == text else plain(mended(better))
    return in_reading_order(text)
