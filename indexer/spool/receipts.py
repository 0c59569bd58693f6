# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a request to write, as the program that sent it may ask."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import msgspec

from indexer.errors import SpoolError
from indexer.spool.layout import Spool, is_receipt
from indexer.spool.requests import decoded

MOST_KEPT = 10_000
"""The receipts of so many requests are kept, the latest ones."""

ArticleState = Literal["waiting", "published", "removed", "replaced", "refused"]


class ArticleOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one article of a request.

    ``same_as`` is the id of an article with the same content, which is shown instead. ``reason`` says why it was
    refused.
    """

    id: str
    state: ArticleState
    same_as: str = ""
    reason: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """What became of a request. ``generation`` is the one in which it took effect, "" while it waits or if refused.

    ``at`` is when the request came (`moments`), ``holder`` the name of the key that it had.
    """

    at: int
    holder: str
    generation: str
    outcomes: tuple[ArticleOutcome, ...]
    reason: str = ""

    @property
    def waits(self) -> bool:
        """Whether no run has taken it yet."""
        return not self.generation and not self.reason


def receipt_of(spool: Spool, name: str) -> Receipt | None:
    """What became of the request with this receipt; None if there is no such request, or none any more.

    Raises OSError, SpoolError if the file of the request is damaged.
    """
    if not is_receipt(name):
        return None
    # A run writes the receipt before it removes the request, so this order misses neither.
    with suppress(FileNotFoundError):
        request = decoded(spool.read(spool.incoming / f"{name}.json"))
        return Receipt(request.at, request.holder, "", tuple(ArticleOutcome(id_, "waiting") for id_ in request.ids))
    with suppress(FileNotFoundError):
        data = spool.read(spool.receipts / f"{name}.json")
        try:
            return msgspec.json.decode(data, type=Receipt)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SpoolError(f"the receipt {name} is damaged: {error}") from error
    return None


def keep_receipt(spool: Spool, name: str, receipt: Receipt) -> None:
    """Keeps what became of a request, which waits no more. Raises OSError."""
    spool.write(spool.receipts / f"{name}.json", msgspec.json.encode(receipt))
    spool.remove(spool.incoming / f"{name}.json")


def forget_oldest(spool: Spool) -> None:
    """Removes receipts beyond `MOST_KEPT`."""
    kept = sorted(path for path in spool.receipts.iterdir() if is_receipt(path.stem))
    for path in kept[:-MOST_KEPT]:
        path.unlink(missing_ok=True)
