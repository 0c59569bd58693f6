"""What a run of `fihrist index` did, for people and for programs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a part of one (``where``, such as "line 17"), that was passed over, and why or what it is."""

    path: str
    reason: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {f'{self.where}: ' if self.where else ''}{self.reason}"


_STATUS = {0: "ok", 3: "incomplete", 4: "refused", 75: "locked", 130: "interrupted", 143: "interrupted"}


@dataclass(slots=True)
class Report:
    """Counts are articles, ``seconds`` the wall time by phase. ``generation`` is "" where nothing was published.

    ``duplicates`` counts the further paths at which articles of the index were found.
    ``not_articles`` are pages that were read and are none, each with what it is: no fault. ``read`` counts the articles
    in files that were new or changed. ``failure`` is what stopped the run.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    read: int = 0
    files: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    not_articles: list[Skipped] = field(default_factory=list)
    generation: str = ""
    articles: int = 0
    duplicates: int = 0
    resumed: bool = False
    dry_run: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    exit_code: int = 0
    """0, 3 where something was skipped, or what the failure calls for."""
    _phases: list[str] = field(default_factory=list)

    def skip(self, *skipped: Skipped) -> None:
        """Name what was passed over."""
        self.skipped += skipped
        if self.skipped and not self.exit_code:
            self.exit_code = 3

    def fail(self, message: str, exit_code: int) -> None:
        """Say what stopped the run."""
        self.failure, self.exit_code = message, exit_code

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time until the end of the block under ``name``, and not under the phase around it."""
        start = time.perf_counter()
        self._phases.append(name)
        try:
            yield
        finally:
            self._phases.pop()
            spent = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
            if self._phases:
                around = self._phases[-1]
                self.seconds[around] = self.seconds.get(around, 0.0) - spent

    def to_dict(self) -> dict[str, Any]:
        """The report as ``fihrist index --json`` prints it."""
        return {
            "status": _STATUS.get(self.exit_code, "failed"),
            "exit_code": self.exit_code,
            "failure": self.failure or None,
            "generation": self.generation or None,
            "dry_run": self.dry_run,
            "resumed": self.resumed,
            "articles": self.articles,
            "duplicates": self.duplicates,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
            "files": self.files,
            "skipped": [{"path": s.path, "where": s.where or None, "reason": s.reason} for s in self.skipped],
            "not_articles": [{"path": s.path, "where": s.where or None, "is": s.reason} for s in self.not_articles],
            "seconds": {phase: round(seconds, 3) for phase, seconds in self.seconds.items()},
        }

    def left_out(self, most: int) -> list[str]:
        """The first ``most`` of what was skipped or is no article, a line each."""
        return list(map(str, (*self.skipped, *self.not_articles)[:most]))

    def not_articles_summary(self) -> str:
        """One line for people that says how many pages are no articles, and what they are; "" where there are none."""
        counted = Counter(page.reason for page in self.not_articles)
        if not counted:
            return ""
        parts = ", ".join(f"{reason} ({count})" for reason, count in sorted(counted.items()))
        return f"{len(self.not_articles)} pages are no articles (FIHRIST_ALL_PAGES=1 takes them): {parts}"

    def summary(self) -> str:
        """One line for people."""
        counts = f"{self.added} added, {self.changed} changed, {self.deleted} deleted, {self.unchanged} unchanged"
        outcome = (
            "nothing written (dry run)"
            if self.dry_run
            else f"published {self.generation}"
            if self.generation
            else "nothing to publish"
        )
        return f"{counts}; {outcome}, {self.articles} articles"
