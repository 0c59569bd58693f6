# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of the members that several JSON objects have: what they hold, with descriptions and examples."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from indexer.article import Precision

Whole = Annotated[int, Meta(ge=0)]
Id = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
Address = Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]

ArticleId = Annotated[
    Id,
    Meta(
        description="The id of the article: 16 hexadecimal digits, the same in every generation.",
        examples=["dd17c50d1a401cd6"],
    ),
]
Title = Annotated[
    str | None,
    Meta(
        description="The headline; null if the page has none.",
        examples=["ارتفاع منسوب الفرات يؤخر العمل في جسر السنابل"],
    ),
]
Source = Annotated[
    str | None, Meta(description="The publisher; null if it is not known.", examples=["alrafidain-today"])
]
Url = Annotated[
    str | None,
    Meta(
        description="The http or https address of the original page; null if it is not known.",
        examples=[None],
    ),
]
Category = Annotated[str | None, Meta(description="The section; null if it is not known.", examples=["محلي"])]
Author = Annotated[
    str | None, Meta(description="The byline as it was printed; null if it is not known.", examples=["رنا الحاج"])
]
Authors = Annotated[list[str], Meta(description="The names in author, which filters take.", examples=[["رنا الحاج"]])]
PublishedAt = Annotated[
    str | None,
    Meta(
        description="The date of publication in ISO 8601, as exact as date_precision says: YYYY, YYYY-MM, YYYY-MM-DD, "
        "or YYYY-MM-DDThh:mm:ss, with the offset (Z for UTC) if the page states it; null if it is not known.",
        examples=["2023-03-14"],
    ),
]
DatePrecision = Annotated[
    Precision | None,
    Meta(description="How exact published_at is; null if there is no date of publication.", examples=["day"]),
]
FetchedAt = Annotated[
    str | None,
    Meta(
        description="The moment at which a crawler fetched the page, in UTC; null if the file does not state it.",
        extra_json_schema={"format": "date-time"},
        examples=["2023-03-15T06:00:00Z"],
    ),
]
IndexedAt = Annotated[
    str | None,
    Meta(
        description="The moment at which this archive first had the article, in UTC. It stays when the index is "
        "rebuilt, when the text changes and when the article moves to another file. An article that was removed and "
        "comes back gets a new one.",
        extra_json_schema={"format": "date-time"},
        examples=["2026-01-01T03:00:00Z"],
    ),
]
OwnFields = Annotated[
    dict[str, str],
    Meta(
        description="The archive's own fields, those that the article has; absent if it has none.",
        examples=[{"language": "ar"}],
    ),
]
