# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run of `fihrist index`: what it did, for people and for programs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was skipped, or a part of one (``where``, such as "line 17"), with the reason or its kind."""

    path: str
    reason: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {f'{self.where}: ' if self.where else ''}{self.reason}"


@dataclass(slots=True)
class KindCount:
    """How many files or parts of files are of a kind that is not read, and where the first one is."""

    count: int = 0
    example: str = ""


STATUS = {0: "ok", 3: "incomplete", 4: "refused", 75: "locked", 130: "interrupted", 143: "interrupted"}
"""What a report calls the end of a run, by exit code; all other codes are "failed"."""


@dataclass(slots=True)
class Report:
    """What a run did.

    ``added``, ``changed``, ``unchanged``, ``deleted``, ``articles`` and ``read`` count articles; ``read`` counts those
    in files that were new or changed. ``duplicates`` counts the additional paths at which articles of the index were
    found. ``generation`` is "" if nothing was published. ``seconds`` is the wall time of each phase. ``failure`` says
    what stopped the run.

    ``kept_out`` counts articles that were found in files, but are left out because a program removed them.

    ``files`` counts all files under the given paths. Each was read, unchanged, skipped or ignored. A file with a
    skipped part counts as read; a hidden folder counts as one file. ``ignored`` counts files of kinds that are not
    read, by kind; ``ignored_parts`` does so for parts of files, such as members of a zip. ``not_articles`` are pages
    that were read but are no articles, each with what it is; that is no fault. ``warnings`` name articles that lost a
    part, or in which a part was replaced.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    read: int = 0
    files_read: int = 0
    files_unchanged: int = 0
    files_skipped: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    not_articles: list[Skipped] = field(default_factory=list)
    warnings: list[Skipped] = field(default_factory=list)
    ignored: dict[str, KindCount] = field(default_factory=dict)
    ignored_parts: dict[str, KindCount] = field(default_factory=dict)
    generation: str = ""
    articles: int = 0
    duplicates: int = 0
    kept_out: int = 0
    resumed: bool = False
    dry_run: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    exit_code: int = 0
    """0, 3 if something was skipped, or the code of the failure."""
    _phases: list[str] = field(default_factory=list)

    def skip(self, *skipped: Skipped) -> None:
        """Add what was skipped."""
        self.skipped += skipped
        if self.skipped and not self.exit_code:
            self.exit_code = 3

    @property
    def files_ignored(self) -> int:
        """How many files are of a kind that is not read."""
        return sum(kind.count for kind in self.ignored.values())

    @property
    def files(self) -> int:
        """How many files there are under the given paths."""
        return self.files_read + self.files_unchanged + self.files_skipped + self.files_ignored

    def ignore(self, kind: str, path: str, where: str = "") -> None:
        """Count a file of a kind that is not read, or such a part of a file if ``where`` is given."""
        seen = (self.ignored_parts if where else self.ignored).setdefault(kind, KindCount())
        seen.count += 1
        seen.example = seen.example or (f"{path}: {where}" if where else path)

    def fail(self, message: str, exit_code: int) -> None:
        """Note what stopped the run."""
        self.failure, self.exit_code = message, exit_code

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time until the block ends to the phase ``name``, and not to the phase around it."""
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
            "status": STATUS.get(self.exit_code, "failed"),
            "exit_code": self.exit_code,
            "failure": self.failure or None,
            "generation": self.generation or None,
            "dry_run": self.dry_run,
            "resumed": self.resumed,
            "articles": self.articles,
            "duplicates": self.duplicates,
            "kept_out": self.kept_out,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
            "files": self.files,
            "files_read": self.files_read,
            "files_unchanged": self.files_unchanged,
            "files_skipped": self.files_skipped,
            "files_ignored": self.files_ignored,
            "skipped": list(map(_named, self.skipped)),
            "not_articles": [{"path": s.path, "where": s.where or None, "is": s.reason} for s in self.not_articles],
            "warnings": list(map(_named, self.warnings)),
            "ignored": _counted(self.ignored),
            "ignored_parts": _counted(self.ignored_parts),
            "seconds": {phase: round(seconds, 3) for phase, seconds in self.seconds.items()},
        }

    def left_out(self, most: int) -> list[str]:
        """One line for each of the first ``most`` things that were skipped or are no articles."""
        return list(map(str, (*self.skipped, *self.not_articles)[:most]))

    def not_articles_summary(self) -> str:
        """One line for people: how many pages are no articles, and what they are; "" if there are none."""
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

    def ignored_summary(self) -> str:
        """One line for people: how many files are of which kind that is not read; "" if there are none."""
        if not self.ignored:
            return ""
        ordered = sorted(self.ignored.items(), key=lambda row: (-row[1].count, row[0]))
        kinds = ", ".join(f"{kind} {seen.count}" for kind, seen in ordered)
        return f"ignored {self.files_ignored} of {self.files} files, whose kinds are not read: {kinds}"


def _named(skipped: Skipped) -> dict[str, Any]:
    return {"path": skipped.path, "where": skipped.where or None, "reason": skipped.reason}


def _counted(kinds: dict[str, KindCount]) -> list[dict[str, Any]]:
    return [{"kind": kind, "count": seen.count, "example": seen.example} for kind, seen in sorted(kinds.items())]
