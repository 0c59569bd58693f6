# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the results of a run as Markdown, the engines side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Measured = Mapping[str, Any]
Run = Mapping[str, Any]

TITLES = {"local": "Fihrist in a folder", "ours": "Fihrist in OpenSearch", "arabic": "OpenSearch's Arabic analyser"}


class Row(NamedTuple):
    """A line of the table."""

    label: str
    figure: Callable[[Measured], str]


def _ms(name: str) -> Callable[[Measured], str]:
    return lambda one: f"{one[name]['p50']:.0f} / {one[name]['p95']:.0f}"


def _processor(name: str) -> Callable[[Measured], str]:
    return lambda one: f"{one[name]['client_processor_ms']:.0f} + {one[name]['nodes_processor_ms']:.0f}"


ROWS = (
    Row("build, articles a second", lambda one: f"{one['build']['articles'] / one['build']['seconds']:,.0f}"),
    Row(
        "its processor seconds for 1,000 articles: here + nodes",
        lambda one: " + ".join(
            f"{one['build'][side] * 1_000 / one['build']['articles']:.2f}"
            for side in ("client_processor", "nodes_processor")
        ),
    ),
    Row("most memory of the client while building, MB", lambda one: _mb(one["build"]["client_peak_bytes"])),
    Row("adding 100 articles, s", lambda one: f"{one['add']['seconds']:.1f}"),
    Row("ten best, p50 / p95 ms", _ms("ten_best")),
    Row("whole page, p50 / p95 ms", _ms("page")),
    Row("its processor ms: here + nodes", _processor("page")),
    Row("requests a page", lambda one: f"{one['page']['requests']:.1f}"),
    Row("articles found, median", lambda one: f"{one['found']['median']:,.0f}"),
    Row("bytes an article", lambda one: f"{one['bytes'] / one['build']['articles']:,.0f}"),
    Row("resident memory of the nodes after the pages, MB", lambda one: _mb(one["after_pages"]["resident"])),
)


def table(run: Run) -> str:
    """Returns the run as Markdown: the machine and the command, then a table for each size."""
    return "\n".join([*_heading(run), *(line for size in run["sizes"] for line in _size(size))])


def _heading(run: Run) -> Iterator[str]:
    machine = run["machine"]
    yield f"Measured on {run['date']} by `{run['command']}`, articles out of {run['corpus']}."
    yield (
        f"{machine['cpu']}, {machine['cores']} cores for everything, {machine['memory_bytes'] / 2**30:.0f} GiB, "
        f"{machine['system']}; Python {machine['python']}."
    )


def _size(size: Mapping[str, Any]) -> Iterator[str]:
    stages = size["stages"]
    yield ""
    yield f"### {size['articles']:,} articles"
    yield ""
    yield _line(["", *(_title(stage) for stage in stages)])
    yield _line(["---"] * (len(stages) + 1))
    for row in ROWS:
        yield _line([row.label, *(row.figure(stage["measured"]) for stage in stages)])
    yield _line(["load average before", *(f"{stage['load_before']:.1f}" for stage in stages)])
    yield _line(["queries timed", *(str(stage["measured"]["page"]["queries"]) for stage in stages)])


def _title(stage: Mapping[str, Any]) -> str:
    nodes = stage["nodes"]
    return TITLES[stage["engine"]] + (f", {nodes} node" + "s" * (nodes > 1) if nodes else "")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
