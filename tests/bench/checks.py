# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that every engine found what it must: a benchmark of wrong answers is worthless."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from tests.bench.queries import Queries

Answers = Mapping[str, Mapping[str, Any]]
"""What `worker` says of each engine's queries."""

FLOOR = 0.5
"""How much of their ten best any two engines must share on average: all rank by BM25, each with its own constants."""

WEIGHTED_FLOOR = 0.2
"""The same for Fihrist beside another: it weighs headline and lead."""


def failures(queries: Queries, answers: Answers, articles: int) -> list[str]:
    """Returns a line for each wrong answer; an empty list if every engine found what it must."""
    wrong = []
    for name, answer in answers.items():
        for check, found in zip(queries.checks, answer["found"], strict=True):
            words = f"{name}, {check.kind} {' '.join(check.terms)!r}"
            if found["total"] is not None and found["total"] != check.total:
                wrong.append(f"{words}: found {found['total']} articles, there are {check.total}")
            if facets := found["facets"]:
                wrong += [
                    f"{words}: other counts by {facet}"
                    for facet, counts in check.facets.items()
                    if facets["facets"][facet] != counts
                ]
        wrong += [f"{name}: {fault}" for page in answer["pages"] if (fault := _fault(page, articles))]
        added = answer["add"]
        if added and added["found"] != added["articles"]:
            wrong.append(f"{name}: of {added['articles']} articles added, {added['found']} are found")
    for (one, other), shared in overlaps(answers).items():
        floor = WEIGHTED_FLOOR if "ours" in (one, other) else FLOOR
        if shared < floor:
            wrong.append(f"{one} and {other} share {shared:.0%} of their ten best; {floor:.0%} are wanted")
    return wrong


def overlaps(answers: Answers) -> dict[tuple[str, str], float]:
    """Returns, for each two engines, the share of their ten best (in one tier) that both have, averaged over
    queries."""
    tops = {name: [set(found["top"]) for found in answer["found"] if found["top"]] for name, answer in answers.items()}
    return {
        (one, other): sum(len(a & b) / max(len(a), len(b)) for a, b in zip(tops[one], tops[other], strict=True))
        / max(1, len(tops[one]))
        for one, other in combinations(tops, 2)
    }


def _fault(page: Mapping[str, Any], articles: int) -> str:
    """Returns what is wrong with a whole page whose numbers are not known from elsewhere; "" if nothing is."""
    total = page["total"]
    if not 0 < total <= articles:
        return f"a page of {total} articles out of {articles}"
    uneven = [facet for facet, counts in page["facets"].items() if sum(counts.values()) != total]
    if uneven:
        return f"a page of {total} articles that counts others by {', '.join(uneven)}"
    return "" if page["marks"] else "a page without a mark"
