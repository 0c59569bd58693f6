# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses the date of publication from the dates above an article or within its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.article import Published
from indexer.cleaning.head.headline import behind_menu
from indexer.cleaning.head.meta_lines import MetaLine, meta_line
from indexer.cleaning.head.standfirst import is_repeated
from indexer.cleaning.lines.line import Line
from indexer.cleaning.page import BODY, TITLE, Page

BESIDE_THE_HEADLINE = frozenset({"category", "author", "share", "meter", "date", "label", "duplicate", "breadcrumb"})
"""Labels of lines that may stand between the headline and a line that belongs to it."""

_BETWEEN = BESIDE_THE_HEADLINE - {"breadcrumb"} | {TITLE}
"""Labels of lines that may stand between date and headline. A date above a breadcrumb belongs to the site."""


def publication_date(
    lines: Sequence[Line], first: int, dates: Sequence[tuple[int, MetaLine]], headline: int | None
) -> Published | None:
    """Returns the date of publication from ``dates``: indices before ``first`` and what these lines state.

    A page may show its headline twice, as title and above the article; the one nearer to the article counts. Among the
    dates after it and the one right before it, a date that is labelled as that of publication comes first, else the
    first date. A date further up is today's date in the head of the page; a date under the heading of a list belongs to
    an item of the list. Gregorian dates are preferred to converted ones, and any date to that of an update.
    """
    dates = [(at, meta) for at, meta in _with_labels_above(lines, dates) if meta.published]
    if not dates:
        return None
    anchor = _nearest_headline(lines, first, headline)
    start = anchor if headline is not None else behind_menu(lines[:first]) - 1
    listed = next((at for at in range(start + 1, first) if lines[at].reason == "related"), first)
    near = [meta for at, meta in dates if start < at and (at < listed or meta.labelled)]
    beside = start
    while beside > 0 and lines[beside - 1].label in _BETWEEN:
        beside -= 1
    near += [meta for at, meta in dates if beside <= at < start][-1:]
    behind = behind_menu(lines[:first])
    others = [meta for at, meta in dates if (headline or 0) < at < start and at >= behind]
    # Further up, only a labelled date counts, and only if all labelled dates agree.
    sure = [meta for at, meta in dates if meta.labelled or (meta.updated and 0 < behind <= at < start)]
    days = {meta.published for meta in sure}
    return _best(near) or _best(others) or (_best(sure) if len(days) == 1 else None)


def label_dates_between(lines: Sequence[Line], first: int, last: int, page: Page) -> None:
    """Labels the lines between the paragraphs from ``first`` to ``last`` that state the date of article or update.

    A date within the text may head a part of it, as in a chronicle. So its line is only removed if it is labelled, if
    the date is already known, or if it is the only date and either has a time or separates a standfirst from the
    paragraph that repeats it. Below the first paragraph, it becomes the date of a page that states none above.
    """
    found = [
        (at, meta)
        for at in range(first + 1, last)
        if lines[at].label == BODY and (meta := meta_line(lines[at])) is not None and meta.reason == "date"
    ]
    days = {meta.published.value[:10] for _, meta in found if meta.published}
    known = page.published.value[:10] if page.published else ""
    for at, meta in found:
        day = meta.published.value[:10] if meta.published else ""
        timed = meta.published is not None and meta.published.precision == "time"
        parts_standfirst = at == first + 1 and is_repeated(lines[first].text, lines[at + 1].text)
        alone = len(days) == 1 and (timed or parts_standfirst)
        if not (meta.labelled or meta.updated or alone or (day and day == known)):
            continue
        lines[at].label = "date"
        if at == first + 1 and lines[first].is_prose:
            page.published = page.published or meta.published


def _with_labels_above(lines: Sequence[Line], dates: Sequence[tuple[int, MetaLine]]) -> Iterable[tuple[int, MetaLine]]:
    """Yields ``dates``; a date under a line that is only a label ("آخر تحديث:") takes the meaning of that label."""
    labels = {at: meta for at, meta in dates if meta.published is None and lines[at].text.endswith(":")}
    for at, meta in dates:
        label = labels.get(at - 1)
        if label is not None and meta.published is not None:
            yield at, replace(meta, updated=label.updated, labelled=label.labelled)
        else:
            yield at, meta


def _nearest_headline(lines: Sequence[Line], first: int, headline: int | None) -> int:
    """Returns the index of the last line before ``first`` that is or repeats the headline; -1 if there is none."""
    places = (at for at in range(first - 1, -1, -1) if lines[at].label in (TITLE, "duplicate"))
    return next(places, -1 if headline is None else headline)


def _best(meta: Iterable[MetaLine]) -> Published | None:
    ordered = sorted(meta, key=lambda one: (one.updated, not one.labelled, one.converted))
    return ordered[0].published if ordered else None
