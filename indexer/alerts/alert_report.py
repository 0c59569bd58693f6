# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run of `fihrist alerts`, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from indexer.alerts.alert_file import FileFault
from indexer.alerts.messages import Event
from indexer.run.report import STATUS


@dataclass(slots=True)
class ToldTo:
    """What a run told one channel of one search: ``articles`` in so many ``messages``.

    ``waiting`` articles were found, but could not be delivered; ``failure`` says why.
    """

    search: str
    channel: str
    articles: int = 0
    messages: int = 0
    waiting: int = 0
    failure: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class AlertReport:
    """What a run did. ``exit_code``: 0, 3 if anything could not be told, or the code of what stopped the run.

    ``printed`` are the messages of the channel that prints, if the report is printed instead of them.
    """

    dry_run: bool = False
    told: list[ToldTo] = field(default_factory=list)
    printed: list[Event] = field(default_factory=list)
    faults: tuple[FileFault, ...] = ()
    failure: str = ""
    stopped: int = 0

    @property
    def exit_code(self) -> int:
        """How the command ends."""
        return self.stopped or (3 if self.faults or any(one.failure for one in self.told) else 0)

    def fail(self, message: str, exit_code: int) -> None:
        """Note what stopped the run."""
        self.failure, self.stopped = message, exit_code

    def problems(self) -> list[str]:
        """One line for each fault and each failure, for people."""
        failures = (f"{one.search} → {one.channel}: {one.failure} ({one.waiting} articles wait)" for one in self.told
                    if one.failure)  # fmt: skip
        return [*map(str, self.faults), *failures]

    def summary(self) -> str:
        """One line for people."""
        articles, messages = sum(one.articles for one in self.told), sum(one.messages for one in self.told)
        return f"{'would tell' if self.dry_run else 'told'} {articles} articles in {messages} messages"

    def to_dict(self) -> dict[str, Any]:
        """The report as ``fihrist alerts --json`` prints it."""
        return {
            "status": STATUS.get(self.exit_code, "failed"),
            "exit_code": self.exit_code,
            "failure": self.failure or None,
            "dry_run": self.dry_run,
            "told": [
                {
                    "search": one.search,
                    "channel": one.channel,
                    "articles": one.articles,
                    "messages": one.messages,
                    "waiting": one.waiting,
                    "failure": one.failure or None,
                    "warnings": list(one.warnings),
                }
                for one in self.told
            ],
            "printed": self.printed,
            "faults": [{"line": one.line, "key": one.key, "reason": one.reason} for one in self.faults],
        }
