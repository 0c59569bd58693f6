# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a file of the archive and yields its articles as records.

`registry` finds out the format of a file; each module in `formats` reads one format. Nothing here knows of cleaning,
analysis or the index.
"""

from indexer.sources.files import open_regular, require_size
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import USUAL_NAMES, FieldNames, parse_fields
from indexer.sources.records.own_fields import parse_own_fields
from indexer.sources.registry import accepts, kind_by_content, kind_by_name, read, read_bytes

__all__ = [
    "USUAL_NAMES",
    "Fault",
    "FieldNames",
    "Ignored",
    "Item",
    "Record",
    "accepts",
    "kind_by_content",
    "kind_by_name",
    "open_regular",
    "parse_fields",
    "parse_own_fields",
    "read",
    "read_bytes",
    "require_size",
]
