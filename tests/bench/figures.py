# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the table of results: what each shows, how it is computed from the measurements, and its target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1_000_000

Results = Mapping[str, Any]
"""What one engine's steps measured: {"build": ..., "ask": ...} as `worker` prints them."""

Analysis = Mapping[str, Any]
"""What `worker` prints of its first step."""


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on the ratio of Fihrist to another engine, or, if ``faster``, of the other engine to Fihrist."""

    limit: float
    at_least: bool = False
    faster: bool = False

    def ratio(self, ours: float, other: float) -> float:
        """Returns the ratio that the target bounds."""
        return other / ours if self.faster else ours / other

    def met(self, ratio: float) -> bool:
        """Returns whether the ratio is within the bound."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. ``figure`` is None if an engine lacks it; ``limits`` are for Fihrist alone, by number of
    articles."""

    label: str
    figure: Callable[[Results, Analysis], float | None]
    whoosh: Target | None = None
    tantivy: Target | None = None
    limits: Mapping[int, float] = field(default_factory=dict)


def _whole_build(results: Results, analysis: Analysis) -> float:
    build = results["build"]
    # Fihrist's own build reads and analyses. For the other engines that was done once, before.
    steps = () if results["name"] == "ours" else ("lexicon_seconds", "read_seconds", "analysis_seconds")
    before = sum(analysis[step] for step in steps)
    return float(build["articles"] / (before + build["seconds"]))


def _build_of_terms(results: Results, analysis: Analysis) -> float | None:
    build = results["build"]
    return None if results["name"] == "ours" else float(build["articles"] / build["seconds"])


def _time(name: str, part: str) -> Callable[[Results, Analysis], float | None]:
    def figure(results: Results, analysis: Analysis) -> float | None:
        times = results["ask"]["times"].get(name)
        return times and float(times[part])

    return figure


def _seconds_to_add(results: Results, analysis: Analysis) -> float | None:
    added = results["ask"]["add"]
    return added and float(added["seconds"])


def _peak(results: Results, analysis: Analysis) -> float:
    return float(results["build"]["peak_bytes"] / MEGABYTE)


def _disk(results: Results, analysis: Analysis) -> float:
    return float(results["build"]["sizes"]["total"] / MEGABYTE)


def _disk_without_texts(results: Results, analysis: Analysis) -> float:
    return _disk(results, analysis) - float(results["build"]["sizes"]["stored"] / MEGABYTE)


def _one_tier(results: Results, analysis: Analysis) -> float:
    one_tier = results["build"]["sizes"].get("one_tier", 0)
    return float(one_tier / MEGABYTE) if one_tier else _disk_without_texts(results, analysis)


def _memory(results: Results, analysis: Analysis) -> float:
    return float(results["ask"]["private_bytes"] / MEGABYTE)


def _faster(times: float) -> Target:
    return Target(times, at_least=True, faster=True)


ROWS = (
    Row("build from files, articles/s", _whole_build, Target(5, at_least=True), Target(1, at_least=True)),
    Row("build from terms, articles/s", _build_of_terms),
    Row("most memory while building, MB", _peak, limits={1_000_000: 8_000}),
    Row("top 10, p50, ms", _time("top", "p50"), _faster(50), Target(1)),
    Row("top 10, p95, ms", _time("top", "p95"), _faster(30), Target(2), {1_000_000: 40}),
    Row("top 10, as readers ask, p50, ms", _time("reader_top", "p50")),
    Row("top 10, as readers ask, p95, ms", _time("reader_top", "p95"), limits={1_000_000: 40}),
    Row("top 10 in one tier, p50, ms", _time("stem", "p50"), _faster(50), Target(1)),
    Row("top 10 in one tier, p95, ms", _time("stem", "p95"), _faster(30), Target(2)),
    Row("page without texts, one tier, p50, ms", _time("summary", "p50")),
    Row("page without texts, one tier, p95, ms", _time("summary", "p95")),
    Row("whole page, p50, ms", _time("page", "p50")),
    Row("whole page, p95, ms", _time("page", "p95"), _faster(20), Target(1.5), {1_000_000: 60}),
    Row("whole page, as readers ask, p50, ms", _time("reader_page", "p50")),
    Row("whole page, as readers ask, p95, ms", _time("reader_page", "p95"), limits={1_000_000: 60}),
    Row("phrase of 3 words, p50, ms", _time("phrase", "p50")),
    Row("phrase of 3 words, p95, ms", _time("phrase", "p95"), _faster(20), Target(2)),
    Row("adding 100 articles until found, s", _seconds_to_add, limits={100_000: 2}),
    Row("index on disk, MB", _disk),
    Row("the same without stored texts, MB", _disk_without_texts, Target(1), Target(2)),
    Row("the same of one tier, MB", _one_tier, Target(1), Target(2)),
    Row("memory of a process beyond file maps, MB", _memory, limits={100_000: 250}),
)
