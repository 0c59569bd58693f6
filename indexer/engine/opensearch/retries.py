# SPDX-License-Identifier: GPL-3.0-or-later
"""Repeats requests that failed but may succeed later, a limited number of times."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import OpenSearchException, SSLError, TransportError

from indexer import deadline
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.engine.opensearch.failures import NOT_OURS, failure, is_block, unreadable

Answer = TypeVar("Answer")

_BUSY = frozenset({429, 502, 503, 504})
"""The statuses of a cluster that may do later what it cannot do now."""

_LEAST_SECONDS = 0.5
_SHORT_TRIES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 10.0


class ChangedMeanwhileError(Exception):
    """A document has another version than the caller saw last, or exists already."""


def tried(
    ask: Callable[[float], Answer], address: ClusterAddress, seconds: float, tries: int, *, limited: bool
) -> Answer:
    """What ``ask`` returns, which gets the seconds that it may take. Tries again what may go well later.

    With ``limited`` all tries together may take ``seconds``, else each of them. The first three limited tries take at
    most a third of what is left, so that other nodes are asked where one hangs: a node that asks one that hangs finds
    out by waiting, and asks another one the next time. Raises ChangedMeanwhileError.
    """
    until = time.monotonic() + seconds
    waits = pauses(tries)
    for number in count():
        left = until - time.monotonic() if limited else seconds
        if left <= 0:
            raise deadline.too_slow()
        try:
            return ask(max(_LEAST_SECONDS, left * (1 if number < _SHORT_TRIES else 2) / 3) if limited else left)
        except NoConnectionError as error:  # a timeout, too
            if isinstance(error, SSLError) or not pause(waits):
                raise failure(error, address) from error
        except TransportError as error:
            if error.status_code == 409:
                raise ChangedMeanwhileError from error
            if not may_pass(error) or not pause(waits):
                raise failure(error, address) from error
        except OpenSearchException as error:
            raise failure(error, address) from error
        except NOT_OURS as error:
            raise unreadable(error, address) from error
    raise AssertionError


def may_pass(error: TransportError) -> bool:
    """Whether the cluster may do soon what it refuses now. A block of writes lasts until somebody removes it."""
    return error.status_code in _BUSY and not (error.status_code == 429 and is_block(error))


def pauses(tries: int) -> Iterator[float]:
    """The seconds to wait before each further try: doubled each time, and spread so that clients part."""
    return (
        min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**number) * random.uniform(0.75, 1.25)  # noqa: S311  # no secret
        for number in range(tries - 1)
    )


def pause(waits: Iterator[float]) -> bool:
    """Waits for the next of ``waits``, which `pauses` made; returns False if there is none. Raises TooSlowError."""
    wait = next(waits, None)
    if wait is None:
        return False
    deadline.check()
    time.sleep(wait)
    return True
