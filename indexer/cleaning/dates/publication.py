"""Which of the dates above an article, or among its text, is that of its publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.article import Published
from indexer.cleaning.head.headline import behind_menu
from indexer.cleaning.head.meta_lines import MetaLine, stated
from indexer.cleaning.head.standfirst import is_said_again
from indexer.cleaning.lines.line import Line
from indexer.cleaning.page import BODY, TITLE, Page

BESIDE_THE_HEADLINE = frozenset({"category", "author", "share", "meter", "date", "label", "duplicate", "breadcrumb"})
"""Labels of lines between which and the headline nothing of the page stands."""

_BETWEEN = BESIDE_THE_HEADLINE - {"breadcrumb"} | {TITLE}
"""Those that may stand between date and headline: a breadcrumb heads the article, what is above it is of the page."""


def publication(
    lines: Sequence[Line], first: int, dates: Sequence[tuple[int, MetaLine]], headline: int | None
) -> Published | None:
    """The date of publication among ``dates``, what the labelled lines before ``first`` state, with their indices.

    A page may say its headline twice, in its title and above the article: the nearer one to the article counts. Of the
    dates behind it and the one right before it, that which is called the date of publication, else the first. A date
    further up is today's, at the head of the page; one under the heading of a list belongs to an item of it. A
    Gregorian date goes before one that had to be converted, and any date before that of an update.
    """
    dates = [(at, said) for at, said in _with_labels_above(lines, dates) if said.published]
    if not dates:
        return None
    anchor = _nearest_headline(lines, first, headline)
    start = anchor if headline is not None else behind_menu(lines[:first]) - 1
    listed = next((at for at in range(start + 1, first) if lines[at].reason == "related"), first)
    near = [said for at, said in dates if start < at and (at < listed or said.labelled)]
    beside = start
    while beside > 0 and lines[beside - 1].label in _BETWEEN:
        beside -= 1
    near += [said for at, said in dates if beside <= at < start][-1:]
    behind = behind_menu(lines[:first])
    others = [said for at, said in dates if (headline or 0) < at < start and at >= behind]
    # Further up a date has to say what it is, and to be the only one that does.
    named = [said for at, said in dates if said.labelled or (said.updated and 0 < behind <= at < start)]
    days = {said.published for said in named}
    return _first(near) or _first(others) or (_first(named) if len(days) == 1 else None)


def label_dates_between(lines: Sequence[Line], first: int, last: int, page: Page) -> None:
    """Labels the lines between the paragraphs from ``first`` to ``last`` that state the article's date or an update's.

    A date among the text may head a part of it, as in a chronicle. So it leaves the text only where it is called a
    date of the page, where it is the one already known, and where it is the only one and has a time of day or parts a
    standfirst from the paragraph that says it again. Below the first paragraph it is the date of a page that states
    none above.
    """
    found = [
        (at, said)
        for at in range(first + 1, last)
        if lines[at].label == BODY and (said := stated(lines[at])) is not None and said.reason == "date"
    ]
    days = {said.published.value[:10] for _, said in found if said.published}
    known = page.published.value[:10] if page.published else ""
    for at, said in found:
        day = said.published.value[:10] if said.published else ""
        timed = said.published is not None and said.published.precision == "time"
        parts_standfirst = at == first + 1 and is_said_again(lines[first].text, lines[at + 1].text)
        alone = len(days) == 1 and (timed or parts_standfirst)
        if not (said.labelled or said.updated or alone or (day and day == known)):
            continue
        lines[at].label = "date"
        if at == first + 1 and lines[first].prose:
            page.published = page.published or said.published


def _with_labels_above(lines: Sequence[Line], dates: Sequence[tuple[int, MetaLine]]) -> Iterable[tuple[int, MetaLine]]:
    """``dates``, each with what the line before it calls it, where that line is only a label ("آخر تحديث:")."""
    labels = {at: said for at, said in dates if said.published is None and lines[at].text.endswith(":")}
    for at, said in dates:
        label = labels.get(at - 1)
        if label is not None and said.published is not None:
            yield at, replace(said, updated=label.updated, labelled=label.labelled)
        else:
            yield at, said


def _nearest_headline(lines: Sequence[Line], first: int, headline: int | None) -> int:
    """The index of the last line before ``first`` that says the headline; -1 without one."""
    places = (at for at in range(first - 1, -1, -1) if lines[at].label in (TITLE, "duplicate"))
    return next(places, -1 if headline is None else headline)


def _first(said: Iterable[MetaLine]) -> Published | None:
    ordered = sorted(said, key=lambda one: (one.updated, not one.labelled, one.converted))
    return ordered[0].published if ordered else None
