"""Sources: a file of the archive becomes records. One module a format; `registry` picks it.

Nothing here knows of cleaning, analysis or the index.
"""

from indexer.sources.record import Fault, Record
from indexer.sources.registry import accepts, read

__all__ = ["Fault", "Record", "accepts", "read"]
