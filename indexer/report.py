"""What a run of `fihrist index` did, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a part of one (``where``, such as "line 17"), that was passed over, and why."""

    path: str
    reason: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {f'{self.where}: ' if self.where else ''}{self.reason}"


@dataclass(slots=True)
class Report:
    """Counts are articles, ``seconds`` the wall time by phase. ``generation`` is "" where nothing was published."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    files: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    generation: str = ""
    articles: int = 0
    dry_run: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0, or 3 where something was skipped."""
        return 3 if self.skipped else 0

    def to_dict(self) -> dict[str, Any]:
        """The report as ``fihrist index --json`` prints it."""
        return {
            "status": "ok" if not self.skipped else "incomplete",
            "generation": self.generation or None,
            "dry_run": self.dry_run,
            "articles": self.articles,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "deleted": self.deleted,
            "files": self.files,
            "skipped": [{"path": s.path, "where": s.where or None, "reason": s.reason} for s in self.skipped],
            "seconds": {phase: round(seconds, 3) for phase, seconds in self.seconds.items()},
        }

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
