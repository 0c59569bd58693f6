# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells every channel what its searches found that is new, each article once.

What is added is told in the order of addition, `BATCH` articles a message. A channel that fails keeps its mark, so the
next run goes on where this one stopped. A server that does not answer is not asked again in the same run. No failure
stops the other searches and channels.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from indexer import moments
from indexer.alerts.alert_file import AlertFile, NamedSearch
from indexer.alerts.alert_report import AlertReport, ToldTo
from indexer.alerts.channels import PRINT, Channel, DeliveryError
from indexer.alerts.finding_new import Found, NewsArchive, added_after
from indexer.alerts.messages import Batch, Mark
from indexer.alerts.state import LAST_ID, AlertState, Told, Waiting

BATCH = 100
"""How many articles one message tells."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""In seconds: the pause before the second attempt, and the longest one; each is twice the one before."""


class Teller:
    """Tells what the searches of one file find, for one run.

    ``printed`` is the channel that prints; ``save_printed`` says whether the state is saved after it. In a dry run
    nothing is delivered and nothing is saved. ``pause`` waits for some seconds.
    """

    def __init__(
        self,
        archive: NewsArchive,
        state: AlertState,
        printed: Channel,
        report: AlertReport,
        *,
        save_printed: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._archive = archive
        self._state = state
        self._printed = printed
        self._report = report
        self._save_printed = save_printed
        self._pause = pause
        self._failed: dict[str, str] = {}
        self._last: tuple[str, Mark, Found] | None = None

    def tell(self, file: AlertFile) -> None:
        """Tell all searches of ``file``. What fails is in the report. What is printed comes last.

        Raises FihristError if the index cannot be searched, or the state cannot be saved.
        """
        if self._state.forget_but(file.known) and not self._report.dry_run:
            self._state.save()
        pairs = [(search, channel) for search in file.searches for channel in self._channels(search, file.channels)]
        for search, channel in sorted(pairs, key=lambda pair: pair[1] is self._printed):
            told = ToldTo(search.name, channel.name)
            self._report.told.append(told)
            try:
                self._tell(search, channel, told)
            except DeliveryError as error:
                told.failure = str(error)
                if error.place_fails:
                    self._failed.setdefault(channel.place, str(error))

    def _channels(self, search: NamedSearch, channels: Mapping[str, Sequence[Channel]]) -> list[Channel]:
        return [one for name in search.tell for one in ((self._printed,) if name == PRINT else channels[name])]

    def _tell(self, search: NamedSearch, channel: Channel, told: ToldTo) -> None:
        """Tell one channel what one search found. Raises DeliveryError."""
        entries = self._state.told.setdefault(search.name, {})
        entry = entries.get(channel.name)
        if entry is None:
            entry = entries[channel.name] = Told(self._beginning(search))
            self._save(channel)
        if entry.waiting:  # an earlier run ended while it was under way, or could not deliver it
            told.waiting = entry.waiting.articles
            self._deliver(entry, entry.waiting, channel, told)
        while True:
            found = self._added(search, entry.after)
            told.warnings = found.warnings
            told.waiting = len(found.articles) + found.more
            for first in range(0, len(found.articles), BATCH):
                articles = found.articles[first : first + BATCH]
                rest = told.waiting - len(articles)
                batch = Batch(search.name, search.request, articles, entry.after, rest, found.built_at)
                message = channel.message(batch)
                until = articles[-1].mark
                waiting = Waiting(message.id, message.title, message.body, len(articles), until)
                self._deliver(entry, waiting, channel, told)
            if not found.more:
                break
        whole = (moments.read(found.built_at), LAST_ID)
        if whole > entry.after:
            entry.after = whole
            self._save(channel)

    def _beginning(self, search: NamedSearch) -> Mark:
        """Returns the mark of a search that was never told."""
        built = moments.read(self._archive.info().built_at)
        return (built if search.since is None else search.since - 1, LAST_ID)

    def _added(self, search: NamedSearch, mark: Mark) -> Found:
        """Returns what was added; several channels with the same mark need only one search."""
        if self._last and self._last[:2] == (search.name, mark):
            return self._last[2]
        found = added_after(self._archive, search.request, mark)
        self._last = (search.name, mark, found)
        return found

    def _deliver(self, entry: Told, waiting: Waiting, channel: Channel, told: ToldTo) -> None:
        """Delivers a message. The state holds it until it has arrived. Raises DeliveryError."""
        if reason := self._failed.get(channel.place):
            raise DeliveryError(f"not tried, since another message failed: {reason}", again=True)
        if entry.waiting is None:
            entry.waiting = waiting
            self._save(channel)
        if not self._report.dry_run:
            self._send(waiting, channel)
        told.articles += waiting.articles
        told.waiting -= waiting.articles
        told.messages += 1
        entry.after, entry.waiting = waiting.until, None
        self._save(channel)

    def _send(self, waiting: Waiting, channel: Channel) -> None:
        """Send a message, in as many attempts as the channel allows. Raises DeliveryError."""
        pause = FIRST_PAUSE
        for left in range(channel.tries - 1, -1, -1):
            try:
                channel.send(waiting.message())
                return
            except DeliveryError as error:
                if not (error.again and left):
                    raise
                self._pause(min(max(pause, error.pause), LONGEST_PAUSE))
                pause *= 2

    def _save(self, channel: Channel) -> None:
        if not self._report.dry_run and (self._save_printed or channel is not self._printed):
            self._state.save()
