"""Sources: a file of the archive becomes records. One module a format; `registry` picks it.

Nothing here knows of cleaning, analysis or the index.
"""

from indexer.sources.fields import USUAL, Fields, parse_fields
from indexer.sources.files import open_regular, require_size
from indexer.sources.record import Fault, Record
from indexer.sources.registry import accepts, read

__all__ = ["USUAL", "Fault", "Fields", "Record", "accepts", "open_regular", "parse_fields", "read", "require_size"]
