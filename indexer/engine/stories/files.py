# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads files of stories (see `table`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indexer.engine.stories import table
from indexer.engine.stories.lookup import NO_STORIES, StoryLookup
from indexer.engine.stories.table import StoryTable
from indexer.errors import damaged_file


def opened_stories(path: Path) -> StoryLookup:
    """Opens the file at ``path`` for looking up. One of another version has none. Raises DamagedIndexError."""
    try:
        data = np.memmap(path, np.uint8, "r").data
        return NO_STORIES if table.is_of_another_version(data) else StoryLookup(table.heads_of(data))
    except (OSError, ValueError) as error:
        raise damaged_file(path, error) from error


def read_stories(path: Path) -> StoryTable:
    """Reads the whole file at ``path``. Raises DamagedIndexError."""
    try:
        data = path.read_bytes()
        return table.EMPTY if table.is_of_another_version(data) else table.table_of(data)
    except (OSError, ValueError) as error:
        raise damaged_file(path, error) from error
