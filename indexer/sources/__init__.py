"""Sources: a file of the archive becomes records. One module a format; `registry` picks it.

Nothing here knows of cleaning, analysis or the index.
"""

from indexer.sources.files import open_regular, require_size
from indexer.sources.record import Fault, Ignored, Item, Record
from indexer.sources.records.fields import USUAL, Fields, parse_fields
from indexer.sources.records.own_fields import parse_own_fields
from indexer.sources.registry import accepts, kind_by_content, kind_by_name, read

__all__ = [
    "USUAL",
    "Fault",
    "Fields",
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
    "require_size",
]
