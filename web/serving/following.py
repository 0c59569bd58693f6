# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens each new generation soon after it is published, beside the requests, so that no request waits for it."""

from __future__ import annotations

import gc
import logging
import time
from typing import Protocol

from indexer.errors import FihristError

_log = logging.getLogger(__name__)

FOLLOW_SECONDS = 0.5
"""How often a process looks for a new generation."""

# After how many allocations the garbage collector looks at young objects, and how often then at older ones. To look at
# all takes 100 ms and more, since the analyser remembers hundreds of thousands of words: `follow` does it whenever a
# generation was replaced, instead of a request.
_COLLECTIONS = (10_000, 20, 1_000_000)


class FollowedArchive(Protocol):
    """An archive that opens new generations only when it is told to, while ``watched`` is set."""

    watched: bool

    def refresh(self) -> bool:
        """Opens a generation that was published since; returns whether there was one."""


def collect_seldom() -> None:
    """Keep the garbage collector from looking at all objects during a request; `follow` makes it do so."""
    gc.set_threshold(*_COLLECTIONS)


def follow(archive: FollowedArchive, seconds: float = FOLLOW_SECONDS) -> None:
    """Open each new generation soon after it is published. Never returns."""
    archive.watched = True
    try:
        while True:
            try:
                if archive.refresh():
                    gc.collect()
                time.sleep(seconds)
            except FihristError:  # no generation, or a damaged one: requests are told so, and it is logged
                time.sleep(10 * seconds)
            except Exception:  # noqa: BLE001  # such as a lack of memory or files, which passes: this thread must stay
                _log.exception("looking for a new generation failed; the next look is in %g s", 10 * seconds)
                time.sleep(10 * seconds)
    finally:
        archive.watched = False  # from now on requests look for new generations themselves
