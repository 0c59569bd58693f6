# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts about stories."""

from __future__ import annotations

from datetime import date

from indexer.engine.stories.lookup import Story
from web.texts.language import current, gettext, ngettext
from web.texts.texts import counted_articles


def more_articles(number: int) -> str:
    """That a list leaves out articles."""
    return ngettext("%(n)s more article", "%(n)s more articles", number)


def repeating_articles(number: int) -> str:
    """How many articles only repeat one."""
    return ngettext("%(n)s article repeats this one", "%(n)s articles repeat this one", number)


def story_size(story: Story) -> str:
    """How many articles a story has, of how many sources, and when: «14 مقالاً من 6 مصادر، 3–9 أيار/مايو 2023»."""
    return gettext(
        "%(articles)s %(sources)s, %(days)s",
        articles=counted_articles(story.articles),
        sources=ngettext("from %(n)s source", "from %(n)s sources", story.sources),
        days=_days(story.begun, story.ended),
    )


def _days(first: date, last: date) -> str:
    language = current()
    if first == last:
        return language.day(first)
    if (first.year, first.month) == (last.year, last.month):
        return language.digits(f"{first.day}–{last.day} ") + language.month(first)
    return f"{language.day(first)} – {language.day(last)}"
