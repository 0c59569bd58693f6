# SPDX-License-Identifier: GPL-3.0-or-later
"""Repairs the texts of a record: escapes, misread bytes, and Arabic in visual order."""

from __future__ import annotations

from dataclasses import replace

from indexer.sources.decoding.decode import without_controls
from indexer.sources.decoding.escapes import unescaped
from indexer.sources.decoding.mojibake import without_mojibake
from indexer.sources.decoding.visual import in_reading_order
from indexer.sources.record import Record

_TEXTS = ("title", "text", "category", "author", "source")
_MARKS = "&%\\=<"
"""Every escape contains one of these characters."""


def repaired(record: Record) -> Record:
    """Returns ``record`` with its texts repaired, or itself if nothing is wrong, as in nearly all records.

    Raises SourceError if a text cannot be repaired (see `mojibake`).
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
        # The decoded text may itself be misread, and may hold controls.
        text = text if better == text else without_controls(without_mojibake(better))
    return in_reading_order(text)
