"""Fihrist's indexer: files -> articles -> terms -> index -> hits.

Nothing here imports ``web``. The folders, in the order in which an article passes them:
``sources`` (a file becomes records), ``cleaning`` (a record becomes an article), ``arabic`` (text becomes terms),
``engine`` (terms become an index that answers), ``search`` (a reader's words become hits).
"""

__version__ = "0.1.0"
