# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest generation, where it cannot be opened: it is tried again after growing pauses, and complained of once.

What is wrong may pass: too little memory, too many open files, a file that cannot be read yet, a cluster that starts
again. So no refusal is for good.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from indexer.engine.store import Identity
from indexer.errors import FihristError

_log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""In seconds. Each pause is twice as long as the one before."""


class RefusedGeneration:
    """The generation that could not be opened last, if there is one. One thread at a time may use it to open."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds."""
        self._clock = clock
        self._identity: Identity | None = None
        self._pause, self._until = 0.0, 0.0
        self._told = ""

    def __bool__(self) -> bool:
        """Whether a generation stands refused."""
        return self._identity is not None

    def waits(self, identity: Identity) -> bool:
        """Whether the generation ``identity`` was refused and is not to be tried again yet."""
        return identity == self._identity and self._clock() < self._until

    def note(self, identity: Identity, error: Exception, answering: str) -> None:
        """Refuse ``identity`` for a while, twice as long as before. ``answering`` is the generation that answers."""
        again = identity == self._identity
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if again else FIRST_PAUSE
        self._identity, self._until = identity, self._clock() + self._pause
        self.tell(error, answering)

    def tell(self, error: Exception, answering: str) -> None:
        """Log that ``answering`` is still the generation that answers, and why; the same reason only once."""
        if isinstance(error, FihristError):
            told = str(error)
        elif isinstance(error, (OSError, MemoryError, RuntimeError)):
            told = f"what was published since cannot be opened now ({error!r}); it is tried again"
        else:
            told = f"what was published since cannot be read ({error!r}); run `fihrist verify`"
        if told != self._told:
            _log.error("still answering from %s: %s", answering, told)
        self._told = told

    def clear(self) -> None:
        """The newest generation answers."""
        self._identity, self._pause, self._told = None, 0.0, ""
