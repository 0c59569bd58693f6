# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes archives of invented events, each of them reported by several articles in different words."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product

from indexer.article import Article
from tests.contract import made

WORDINGS = (
    (
        "{person}: حريق في مصنع {firm} بمدينة {town}",
        "اندلع حريق كبير في مصنع {firm} بمدينة {town} فجر اليوم. وقال المدير {person} إن النيران أتت على {thing}، "
        "وهو مخزن {thing} الوحيد في {town}.",
    ),
    (
        "{person} يعلن إخماد النيران في {firm} قرب {town}",
        "أعلن {person} السيطرة على ألسنة اللهب التي التهمت {thing} داخل {firm} قرب {town}، ولم يصب أحد من عمال {firm}. "
        "وقال {person} إن {thing} سيعود إلى {town} قريباً.",
    ),
    (
        "عمال {firm} في {town} يعودون إلى {thing} مع {person}",
        "استأنف عمال {firm} في {town} نشاطهم بعد أيام من الحادث، ووعد {person} بتعويض أصحاب {thing} قبل نهاية العام.",
    ),
)
SOURCES = ("الرافدين", "النيل", "ساحل")
FIRST = date(2023, 3, 1)

_NAMES = [
    "".join(parts)
    for parts in product(("سنب", "قرط", "زهد", "ملق", "طيف", "شعن", "غرس"), ("ار", "ين", "وش", "اد", "ول"))
]


def events(count: int, chance: random.Random) -> list[list[Article]]:
    """Returns the articles of so many events, three a week, each by all three sources within three days."""
    chance.shuffle(names := list(_NAMES))
    made_names = [f"{one}{other}" for one in names for other in ("يه", "ان", "ات", "وم")]
    found = []
    for event in range(count):
        firm, town, person, thing = made_names[4 * event : 4 * event + 4]
        begun = FIRST + timedelta(days=event * 7 // 3)
        told = []
        for at, ((title, body), source) in enumerate(zip(WORDINGS, SOURCES, strict=True)):
            filled = {"firm": firm, "town": town, "person": person, "thing": thing}
            day = (begun + timedelta(days=at)).isoformat()
            told.append(made(f"{event} {at}", title.format(**filled), body.format(**filled), day, source))
        found.append(told)
    return found
