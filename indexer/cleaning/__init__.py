# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a record into the headline, body and metadata of an article. Removed lines are kept, each with a reason.

Cleaning uses `indexer.arabic` to compare spellings, and the records that sources yield. It knows nothing of files or
the index.
"""

from indexer.cleaning.authors.bylines import authors_in
from indexer.cleaning.clean import Cleaned, clean
from indexer.cleaning.dates.fetched import parse_fetched
from indexer.cleaning.dates.stated import parse_stated
from indexer.cleaning.page import BODY, TITLE, LabelledLine

__all__ = ["BODY", "TITLE", "Cleaned", "LabelledLine", "authors_in", "clean", "parse_fetched", "parse_stated"]
