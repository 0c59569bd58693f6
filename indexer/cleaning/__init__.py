"""Cleaning: a record becomes headline, body and what a page states of them; furniture is set aside with a reason.

Knows of `indexer.arabic` (to compare spellings) and of the record that a source yields; never of files or the index.
"""

from indexer.cleaning.clean import Cleaned, clean
from indexer.cleaning.dates.fetched import parse_fetched
from indexer.cleaning.dates.stated import parse_stated
from indexer.cleaning.page import BODY, TITLE, Labelled

__all__ = ["BODY", "TITLE", "Cleaned", "Labelled", "clean", "parse_fetched", "parse_stated"]
