# SPDX-License-Identifier: GPL-3.0-or-later
"""Fihrist's indexer: files -> articles -> terms -> index -> hits.

Nothing here imports ``web``. The folders, in the order in which an article passes them: ``sources`` (reads records from
a file), ``cleaning`` (makes an article of a record), ``arabic`` (makes terms of a text), ``engine`` (makes an index of
terms and answers from it), ``search`` (finds hits for the words of a reader).
"""

__version__ = "0.1.0"
