# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the table of results, in Markdown, from what a run measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.bench.figures import ROWS, Row, Target

Run = Mapping[str, Any]
"""A whole run as `__main__` writes it in JSON."""

TARGETS_FROM = 100_000
"""The targets are of archives of this size and larger; with smaller ones the ratios stand alone."""


def table(run: Run) -> str:
    """Returns the run as Markdown: the machine and the command, then a table for each size."""
    return "\n".join([*_heading(run), *(line for size in run["sizes"] for line in _size(size))])


def _heading(run: Run) -> Iterator[str]:
    machine = run["machine"]
    yield f"Measured on {run['date']} by `{run['command']}`, articles out of {run['corpus']}."
    yield (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_bytes'] / 2**30:.0f} GiB, {machine['system']}; "
        f"Python {machine['python']}, numpy {machine['numpy']}; load average before the run {machine['load_before']}."
    )


def _size(size: Mapping[str, Any]) -> Iterator[str]:
    articles, analysis, results = size["articles"], size["analysis"], size["engines"]
    yield ""
    yield f"## {articles:,} articles"
    yield ""
    yield (
        f"{size['archive_bytes'] / 1e6:,.0f} MB of JSON Lines. Reading and cleaning took "
        f"{analysis['read_seconds']:.1f} s, analysis {analysis['analysis_seconds']:.1f} s (and the lexicon "
        f"{analysis['lexicon_seconds']:.1f} s). Articles found, on average: "
        + ", ".join(f"{kind} {hits:,.0f}" for kind, hits in size["hits"].items())
        + "."
    )
    yield ""
    yield from _engines(results)
    yield ""
    yield _line(
        ["", *(result["title"] for result in results.values()), "against plain Whoosh", "against tantivy", "limit"]
    )
    yield _line(["---"] * (len(results) + 4))
    for row in ROWS:
        figures = {name: row.figure(result, analysis) for name, result in results.items()}
        yield _line(
            [
                row.label,
                *(_number(figure) for figure in figures.values()),
                _against(row.whoosh, figures, "whoosh", articles),
                _against(row.tantivy, figures, "tantivy", articles),
                _limit(row, figures, articles),
            ]
        )
    shared = "; ".join(f"{pair} {part:.0%}" for pair, part in size["overlaps"].items())
    yield ""
    yield f"Every total and facet checked was right. Shared of the ten best, one tier: {shared or 'one engine only'}."


def _engines(results: Mapping[str, Any]) -> Iterator[str]:
    for result in results.values():
        times = result["ask"]["times"]
        asked = ", ".join(f"{times[name]['queries']} {plural}" for name, plural in _PLURALS.items() if name in times)
        threads = f"{result['threads']} thread" + "s" * (result["threads"] > 1)
        kept = "; its index was kept from an earlier run" if result["kept"] else ""
        yield f"- {result['title']}: {result['version']}; built with {threads}; asked {asked}{kept}"


_PLURALS = {"top": "headlines", "page": "pages", "phrase": "phrases"}


def _against(target: Target | None, figures: Mapping[str, float | None], other: str, articles: int) -> str:
    ours, theirs = figures.get("ours"), figures.get(other)
    if target is None or not ours or not theirs:
        return ""
    ratio = target.ratio(ours, theirs)
    bound = f"{'≥' if target.at_least else '≤'} {target.limit:g}×"
    return f"{ratio:.3g}×{' faster' * target.faster} ({bound}{_verdict(target.met(ratio), articles)})"


def _limit(row: Row, figures: Mapping[str, float | None], articles: int) -> str:
    limit, ours = row.limits.get(articles), figures.get("ours")
    return "" if limit is None or ours is None else f"≤ {limit:g}{_verdict(ours <= limit, articles)}"


def _verdict(met: bool, articles: int) -> str:
    return "" if articles < TARGETS_FROM else ": met" if met else ": **not met**"


def _number(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
