# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the interface that are chosen by a key or agree with a number. All others are in the templates.

Tables hold English messages, which `web.texts.language.gettext` translates. No text holds HTML.
"""

from __future__ import annotations

from datetime import date

from indexer import moments
from indexer.article import Published
from indexer.columns import Column
from indexer.search.query.parameters import DEFAULT_PER_PAGE, MAX_DEPTH, MAX_QUERY_CHARS
from web.texts.language import N_, current, gettext, ngettext

EXPANSIONS = {
    "variant": N_("Other forms"),
    "synonym": N_("Synonym"),
    "month": N_("Month name"),
    "sound": N_("Spelling of a name"),
    "year": N_("Year"),
    "spelling": N_("Spelling"),
    "relaxed": N_("Loosened"),
    "operator": N_("Search operator"),
}
WHY_FORMS = {
    "typed": N_("as typed"),
    "spelling": N_("spelled otherwise"),
    "form": N_("in another form"),
    "phrase": N_("word for word"),
    "prefix": N_("beginning a word"),
    "other": N_("by another name"),
    "published": N_("by its date"),
}
WHY_FIELDS = {"title": N_("headline"), "lead": N_("lead"), "body": N_("text")}
SORTS = {
    "relevance": N_("Most relevant"),
    "newest": N_("Newest"),
    "oldest": N_("Oldest"),
    "fetched": N_("Latest fetched"),
    "added": N_("Recently added"),
}
MATCHES = {
    "auto": N_("All words, then most of them if few match"),
    "all": N_("All words, always"),
    "any": N_("Any of the words"),
}
EXACT = N_("Words as typed, without their other forms")
EVERY_COPY = N_("Every copy a result of its own")
SUGGESTED = {"word": N_("word"), "phrase": N_("phrase"), "name": N_("name"), "headline": N_("article")}
CHANGES = {"added": N_("[added:]"), "removed": N_("[removed:]")}
REMOVED_REASONS = {
    "ad": N_("advertisement"),
    "app": N_("invitation to an app"),
    "author": N_("name of the author"),
    "breadcrumb": N_("breadcrumb trail"),
    "caption": N_("caption of a picture"),
    "category": N_("name of the section"),
    "comments": N_("comment form"),
    "continue": N_("“read more”"),
    "cookies": N_("notice about cookies"),
    "copyright": N_("copyright notice"),
    "crosslink": N_("link to another article"),
    "date": N_("date of publication"),
    "duplicate": N_("headline repeated"),
    "label": N_("label above the headline"),
    "menu": N_("menu"),
    "markup": N_("frame of the page"),
    "meter": N_("counter of readers"),
    "newsletter": N_("newsletter"),
    "ornament": N_("ornament"),
    "readers": N_("readers’ comments"),
    "related": N_("other articles"),
    "repeated": N_("line that the source’s articles repeat"),
    "source": N_("source of the news"),
    "share": N_("invitation to share"),
    "tags": N_("keywords"),
}

WARNINGS = {
    "invalid_date": N_("This is no date, so that it narrows no period:"),
    "field_without_value": N_("Nothing follows this field, so that it was left out:"),
    "unknown_field": N_("This is no field, so that it was read as words:"),
    "unsupported_operator": N_("This sign is not known here, so that it was left out:"),
    "phrase_distance": N_("No such distance between words is looked for; ~0 is the phrase itself, ~100 the largest:"),
    "inexact_beginning": N_("The sign = does not apply to a beginning of words, so that it was left out:"),
    "dangling_operator": N_("This has no word on one of its sides, so that it was left out:"),
    "short_prefix": N_("Before * stand two letters or more, so that this was read as a word:"),
    "too_many": N_("Phrases and beginnings are more than can be looked for, so that this was read as words:"),
    "unknown_name": N_("No article has this source, section, author or value:"),
    "dates_without_offset": N_(
        "Dates that state no offset from UTC are compared with this in the local time of their pages:"
    ),
    "dates_without_time": N_("Articles whose date has no time of day are found only if their whole day is asked for:"),
    "not_exact": N_("The words of this phrase are looked for anywhere in an article:"),
    "estimated_totals": N_("All numbers here are estimates."),
}
"""The codes of warnings about a query. A query without words has a heading of its own instead."""
PROBLEMS = {
    "query_too_long": (
        N_("The search is too long"),
        N_("At most %(query)s characters of it are read; shorten it and search again."),
    ),
    "invalid_parameter": (
        N_("The address holds a value that cannot be understood"),
        N_("Correct it in the address, or begin a new search in the box above."),
    ),
    "contradictory_parameters": (
        N_("The address holds values that contradict each other"),
        N_("Take one of them out of the address, or begin a new search in the box above."),
    ),
    "page_too_deep": (
        N_("Results are not listed that far"),
        N_("The first %(depth)s results are listed; narrow the search by period, source or section to see more."),
    ),
    "page_not_found": (
        N_("This search has no page of that number"),
        N_("It has fewer results than that."),
    ),
    "article_not_found": (
        N_("There is no article at this address"),
        N_("It may have been taken out of the archive, or have moved within it. Search for it by its headline."),
    ),
    "not_found": (
        N_("There is no page at this address"),
        N_("Check the address, or search the archive in the box above."),
    ),
    "method_not_allowed": (
        N_("This page is not asked for in this way"),
        N_("The archive is for reading only; begin at the search page."),
    ),
    "uri_too_long": (
        N_("The address is too long"),
        N_("Shorten the search, or remove some of its filters, and try again."),
    ),
    "body_too_large": (
        N_("The request is larger than what is accepted"),
        N_("Begin at the search page; no data need be sent with it."),
    ),
    "unsupported_media_type": (
        N_("The request is larger than what is accepted"),
        N_("Begin at the search page; no data need be sent with it."),
    ),
    "invalid_body": (
        N_("A request that cannot be understood"),
        N_("Check the address, or begin at the search page."),
    ),
    "headers_too_large": (
        N_("The request is larger than what is accepted"),
        N_("Begin at the search page; no data need be sent with it."),
    ),
    "rate_limited": (N_("Many requests in a short time"), N_("Wait a little and try again.")),
    "query_too_slow": (
        N_("This search took long and was stopped"),
        N_("Shorten it, or narrow it by period or source, and try again."),
    ),
    "no_index": (
        N_("The archive has no index yet"),
        N_("Its first index has not been published. Try again later; the page works as soon as it is."),
    ),
    "index_unavailable": (
        N_("The archive does not answer at present"),
        N_("Its index has a fault, which has been logged for the site’s operator. Try again later."),
    ),
    "internal_error": (
        N_("Something went wrong on our side"),
        N_("The error has been logged for the site’s operator. Try again, or search for something else."),
    ),
    "bad_request": (
        N_("A request that cannot be understood"),
        N_("Check the address, or begin at the search page."),
    ),
}
PROBLEM_OFFSET = (
    N_("This search has no result at that place"),
    N_("It has fewer results than that."),
)
PROBLEM_DATE = N_(
    "Write the date as a year (2023), a month (2023-05) or a day (2023-05-14), the beginning before the end."
)


def advice(message: str) -> str:
    """What a reader can do about a problem, with its limits filled in."""
    language = current()
    return gettext(message, query=language.number(MAX_QUERY_CHARS), depth=language.number(MAX_DEPTH))


def named(table: dict[str, str], key: str) -> str:
    """The text of ``table`` for ``key``, or the key itself where the table has none."""
    return gettext(table[key]) if key in table else key


def label(column: Column) -> str:
    """The label of a name of ``column``, in the language of the request."""
    return _in_language(column.label)


def heading(column: Column) -> str:
    """The heading of a list of the names of ``column``, in the language of the request."""
    return _in_language(column.heading)


def _in_language(english_and_arabic: tuple[str, str]) -> str:
    english, arabic = english_and_arabic
    return arabic if current().code == "ar" else english


def listed(items: list[str]) -> str:
    """The items, separated by commas."""
    return gettext(", ").join(items)


def quoted(text: str) -> str:
    """``text`` in quotation marks."""
    return gettext("“%(text)s”", text=text)


def published(when: Published) -> str:
    """The date, as exact as it was stated: «2023», «آذار/مارس 2023», «14 آذار/مارس 2023» or «…، 10:45»."""
    start, language = when.start(), current()
    if when.precision == "year":
        return language.digits(f"{start.year}")
    if when.precision == "month":
        return language.month(start)
    if when.precision == "day":
        return language.day(start)
    return gettext("%(day)s, %(time)s", day=language.day(start), time=language.digits(f"{start:%H:%M}"))


def fetched(moment: int) -> str:
    """When a page was fetched: «جُلب في 14 آذار/مارس 2023»."""
    return gettext("fetched on %(day)s", day=current().day(moments.time_of(moment)))


def added(moment: int) -> str:
    """When the archive first had an article: «أُضيف في 14 آذار/مارس 2023»."""
    return gettext("added on %(day)s", day=current().day(moments.time_of(moment)))


def last_days(days: int) -> str:
    """The last days, today included: «اليوم», «آخر 7 أيام»."""
    return gettext("Today") if days == 1 else ngettext("Last %(n)s day", "Last %(n)s days", days)


def moment(moment: int, whole: tuple[str, ...] = ("00:00:00",)) -> str:
    """A moment in UTC: «14 آذار/مارس 2023، 10:45 UTC»; for one of the times ``whole`` only the day."""
    when, language = moments.time_of(moment), current()
    if f"{when:%H:%M:%S}" in whole:
        return language.day(when)
    return gettext("%(day)s, %(time)s", day=language.day(when), time=language.digits(f"{when:%H:%M} UTC"))


def articles(count: int) -> str:
    """«14 مقالاً»."""
    return ngettext("%(n)s article", "%(n)s articles", count)


def published_within(days: str) -> str:
    """That an article was published within ``days``, which are written as by `tree.days_of`."""
    first, _, last = days.partition("..")
    if not last:
        return gettext("published in %(year)s", year=days)
    return gettext(
        "published from %(first)s to %(last)s", first=published(Published(first)), last=published(Published(last))
    )


def took(milliseconds: float) -> str:
    """How long a search took: «خلال 0.03 ثانية»."""
    return gettext("in %(seconds)s seconds", seconds=current().number(max(milliseconds, 10) / 1000, 2))


def counted_results(number: int) -> str:
    """«لا نتائج», «نتيجة واحدة», «نتيجتان», «3 نتائج», «11 نتيجة»."""
    return ngettext("%(n)s result", "%(n)s results", number) if number else gettext("No results")


def counted_articles(number: int) -> str:
    """«مقال واحد», «مقالان», «3 مقالات», «11 مقالاً»."""
    return ngettext("%(n)s article", "%(n)s articles", number)


def counted_news(number: int) -> str:
    """«لا جديد», «مقال جديد», «مقالان جديدان», «3 مقالات جديدة»."""
    return ngettext("%(n)s new article", "%(n)s new articles", number) if number else gettext("Nothing new")


def counted_values(shown: int, total: int) -> str:
    """How many names a list has, and of how many, where it does not have all."""
    counted = ngettext("%(n)s name", "%(n)s names", total) if total else gettext("No names")
    if shown >= total:
        return counted
    return gettext("%(names)s, of which the first %(shown)s are shown", names=counted, shown=current().number(shown))


def counted_hits(number: int) -> str:
    """How many words of an article match."""
    return ngettext("%(n)s match", "%(n)s matches", number)


def counted_copies(number: int) -> str:
    """How many copies an article has."""
    return ngettext("%(n)s copy", "%(n)s copies", number)


def suggestion_counts(most: int = DEFAULT_PER_PAGE) -> list[str]:
    """The texts for the number of suggestions: for none, one, and so on up to ``most``."""
    none = gettext("No suggestions")
    return [none] + [ngettext("%(n)s suggestion", "%(n)s suggestions", number) for number in range(1, most + 1)]


def counted_lines(number: int) -> str:
    """How many lines were removed."""
    return ngettext("%(n)s line", "%(n)s lines", number)


def partial_results(number: int, *, most: bool) -> str:
    """The heading of the partial matches, which have ``most`` of the words of a search, or else a part of them."""
    if most:
        return ngettext(
            "%(n)s result with most of the words of your search",
            "%(n)s results with most of the words of your search",
            number,
        )
    return ngettext(
        "%(n)s result with a part of the words of your search",
        "%(n)s results with a part of the words of your search",
        number,
    )


def left_out(partial: int) -> str:
    """That ``partial`` more articles have most of the words of the query; an order by time does not list them."""
    return ngettext(
        "%(n)s more article has most of the words of your search.",
        "%(n)s more articles have most of the words of your search.",
        partial,
    )


def around_cited_title(*, ended: bool) -> tuple[str, str]:
    """The signs before and after the title in a citation; ``ended``: the title ends with a sign already."""
    message = gettext("“%(title)s”", title="\0") if ended else gettext("“%(title)s.”", title="\0")
    before, _, behind = message.partition("\0")
    return before, behind


def feed_title(q: str) -> str:
    """The title of the feed of a search for ``q``, or of the newest articles where ``q`` is empty."""
    return page_title(gettext("Results for: %(query)s", query=q) if q else gettext("Newest articles"))


def more_copies(copies: int) -> str:
    """That there are further copies: «+1 نسخة», «+5 نُسخ»."""
    return ngettext("+%(n)s copy", "+%(n)s copies", copies)


def compared_in_part(words: int) -> str:
    """That only the first ``words`` words of long texts were compared."""
    return gettext("The first %(words)s words of both texts were compared.", words=current().number(words))


def archive_holds(articles: int, sources: int) -> str:
    """How many articles and sources the archive has, for a first visit."""
    if not articles:
        return gettext("The archive is empty")
    counted = counted_articles(articles)
    if not sources:
        return gettext("The archive holds %(articles)s.", articles=counted)
    origin = ngettext("from %(n)s source", "from %(n)s sources", sources)
    return gettext("The archive holds %(articles)s %(sources)s.", articles=counted, sources=origin)


def span(first: str, last: str) -> str:
    """The days between which the articles of the archive were published; "" where none has a date.

    ``first`` and ``last`` are ISO 8601.
    """
    if not first:
        return ""
    language = current()
    days = (language.day(date.fromisoformat(day)) for day in (first, last))
    return gettext("From %(first)s to %(last)s.", **dict(zip(("first", "last"), days, strict=True)))


def page_title(*parts: str) -> str:
    """The title of a window; the most specific part comes first."""
    return " — ".join([*(part for part in parts if part), gettext("Fihrist")])
