# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of columns: the properties by which articles are filtered, counted and searched.

From a row follow the filter and parameter (``source=``), the query field (``source:``, ``مصدر:``), the facet, the list
of names (``/sources``), the chips and boxes of the page, and the options of the command line. The columns in `COLUMNS`
are fields of `indexer.article.Article`. An archive's own fields (`own_column`) are columns too; the index says which
ones it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

OWN = "own."


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``name`` is the name of the article's field, the query field, the parameter and the facet.

    ``arabic`` is the query field in Arabic. Pages show ``label`` before a single name and ``heading`` above a list of
    names, both in English and in Arabic. ``noun`` is the English word for a name within a sentence. ``plural`` is what
    the API calls the list of names. ``example`` is a name in the sample archive.

    ``begins_headlines`` means that the Arabic name and a colon begin many headlines («مصدر: القوات تنسحب»), so they are
    read as a field only if exactly one word follows.
    """

    name: str
    arabic: str
    label: tuple[str, str]
    heading: tuple[str, str]
    noun: str
    plural: str = ""
    example: str = ""
    begins_headlines: bool = False
    own: bool = False

    @property
    def section(self) -> str:
        """The first part of the names of the column's sections in a segment file."""
        return OWN + self.name if self.own else self.name


SOURCE = Column(
    "source", "مصدر", ("Source", "المصدر"), ("Sources", "المصادر"), "source", "sources", "alrafidain-today",
    begins_headlines=True,
)  # fmt: skip
CATEGORY = Column(
    "category", "قسم", ("Section", "القسم"), ("Sections", "الأقسام"), "section", "categories", "اقتصاد"
)  # fmt: skip
AUTHOR = Column(
    "author", "كاتب", ("Author", "الكاتب"), ("Authors", "الكتّاب"), "author", "authors", "رنا الحاج",
    begins_headlines=True,
)  # fmt: skip

COLUMNS = (SOURCE, CATEGORY, AUTHOR)
"""The columns of every archive, in the order in which the page and the API show them."""

_ARABIC_OF_OWN = {
    "agency": "وكالة",
    "city": "مدينة",
    "country": "بلد",
    "desk": "مكتب",
    "edition": "طبعة",
    "editor": "محرر",
    "format": "شكل",
    "genre": "جنس",
    "issue": "عدد",
    "keywords": "كلمات",
    "language": "لغة",
    "location": "مكان",
    "place": "موقع",
    "program": "برنامج",
    "region": "منطقة",
    "series": "سلسلة",
    "tags": "وسوم",
    "topic": "موضوع",
    "type": "نوع",
}
"""The Arabic names of own fields that archives often have."""


EXCLUDE = "exclude_"
"""With the name of a column after it, the parameter that excludes names; no own field's name begins so."""

RESERVED = frozenset({
    # Query fields and other names of the columns.
    "title", "عنوان", "date", "تاريخ", "after", "بعد", "before", "قبل",
    *(name for column in COLUMNS for name in (column.name, column.arabic, column.plural, EXCLUDE + column.name)),
    # Members of an article in the API.
    "id", "url", "body", "published_at", "date_precision", "fetched_at", "indexed_at", "score", "snippets",
    "title_html", "title_marks", "cluster", "cluster_id", "cluster_size", "links", "fields", "why", "copies", "removed",
    # Parameters and their values.
    "q", "from", "to", "fetched_from", "fetched_to", "indexed_from", "indexed_to", "added_since", "match",
    "exact", "without", "collapse", "sort", "page", "per_page", "limit", "offset", "explain", "facets", "snippet_chars",
    "compare", "compare_q", "by", "facet", "offsets", "ids", "text", "cursor", "bom", "header", "lang", "year",
    "timeline",
    "none", "story", "has", "missing", "fetched", "facet_query", "facet_limit", "facet_totals",
})  # fmt: skip
"""The names that no own field may have, because they have another meaning."""


def own_column(name: str) -> Column:
    """Returns the column of the own field ``name``."""
    words = name.replace("_", " ").strip()
    english = words[:1].upper() + words[1:]
    arabic = _ARABIC_OF_OWN.get(name, "")
    label = (english, f"ال{arabic}" if arabic else words)
    return Column(name, arabic or name, label, label, words, own=True)


COLUMNS_BY_NAME = {column.name: column for column in COLUMNS}

Order = Literal["relevance", "newest", "oldest", "fetched", "added"]
"""By score, by date of publication, or by the time of fetching or of addition to the archive with the latest first."""

YEAR, TIMELINE = "year", "timeline"
DATE, FETCHED = "date", "fetched"
STATED = (*(column.name for column in COLUMNS), DATE, FETCHED)
"""What an article of any archive may state or lack: a name in each column, a date, and when its page was fetched."""
FACETS = (*(column.name for column in COLUMNS), YEAR, TIMELINE)
"""The facets of every archive: the names in each column, the years, and the months."""


class ChosenNames(Mapping[str, tuple[str, ...]]):
    """The chosen names of each column. A column without chosen names is left out. Immutable and hashable."""

    __slots__ = ("_chosen",)

    def __init__(self, chosen: Mapping[str, Iterable[str]] | None = None) -> None:
        self._chosen = {column: tuple(names) for column, names in (chosen or {}).items()}
        self._chosen = {column: names for column, names in self._chosen.items() if names}

    @classmethod
    def of(cls, **chosen: Iterable[str]) -> ChosenNames:
        """Returns the chosen names that are given by keyword, one argument for each column."""
        return cls(chosen)

    def having(self, column: str, names: Iterable[str]) -> ChosenNames:
        """Returns a copy in which ``names`` replace the chosen names of ``column``."""
        return ChosenNames({**self._chosen, column: tuple(names)})

    def names(self, column: str) -> tuple[str, ...]:
        """Returns the chosen names of ``column``."""
        return self._chosen.get(column, ())

    def __getitem__(self, column: str) -> tuple[str, ...]:
        return self._chosen[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._chosen)

    def __len__(self) -> int:
        return len(self._chosen)

    def __hash__(self) -> int:
        return hash(frozenset(self._chosen.items()))

    def __repr__(self) -> str:
        return f"ChosenNames({self._chosen!r})"


NONE_CHOSEN = ChosenNames()
