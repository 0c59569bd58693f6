# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests which date of a flattened page belongs to its article, and that a line with only a date is not text."""

from __future__ import annotations

import pytest

from indexer.cleaning import Cleaned, clean
from indexer.sources import Record

TITLE = "بلدية الشاطئ تفتح مسبحا عاما مجانيا"
BODY = (
    "فتحت بلدية الشاطئ أمس مسبحا عاما مجانيا يتسع لمئتي سباح، بعد أعمال دامت ثمانية أشهر.",
    "وقال رئيس البلدية إن المسبح يفتح من السابعة صباحا حتى التاسعة مساء كل يوم.",
)
MENU = ("الرئيسية", "سياسة", "رياضة", "ثقافة", "اتصل بنا")
SEEN = "2023-03-15T12:00:00+03:00"


def page(*lines: str, fetched: str = "") -> Cleaned:
    return clean(Record(key="", text="\n".join(lines), flattened=True, fetched=fetched))


def published(cleaned: Cleaned) -> str | None:
    return cleaned.published.value if cleaned.published else None


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("أخبار الشاطئ ـ نشر في 2020/02/29 الساعة 11:47", "2020-02-29T11:47:00"),
        ("الثلاثاء 14-03-2023 08:29 ص", "2023-03-14T08:29:00"),
        ("11:43 ص 14/03/2023 تعديل في 11:46 ص", "2023-03-14T11:43:00"),
        ("تم نشره الثلاثاء 14 آذار / مارس 2023 09:22 مساءً", "2023-03-14T21:22:00"),
        ("من طرف هالة نور في 14 مارس 2023 الساعة 18:20", "2023-03-14T18:20:00"),
        ("هالة نور نشر في مرايا الشمال يوم 14 - 03 - 2023", "2023-03-14"),
        ("خاص بالموقع نشر في 14/3/2023", "2023-03-14"),
        ("بيروت في 14 آذار 2023", "2023-03-14"),
        ("أبوظبي في 14 مارس 2023 / وام /", "2023-03-14"),
        ("الرياض 22 شعبان 1444 هـ الموافق 14 مارس 2023 م واس", "2023-03-14"),
        ("14-Mar-2023", "2023-03-14"),
        ("2023-03-14 | 05:21", "2023-03-14T05:21:00"),
        ("آخر تحديث: 15/3/2023 | نشر في 14/3/2023", "2023-03-14"),
    ],
)
def test_a_line_under_the_headline(line: str, value: str) -> None:
    cleaned = page(*MENU, TITLE, line, *BODY)
    assert cleaned.title == TITLE
    assert published(cleaned) == value
    assert cleaned.body == "\n".join(BODY)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("منذ يوم واحد", "2023-03-14"),
        ("منذ ثلاثة أيام", "2023-03-12"),
        ("يوم أمس", "2023-03-14"),
        ("أول أمس", "2023-03-13"),
        ("قبل أربع ساعات", "2023-03-15"),
    ],
)
def test_a_relative_day_counts_from_when_the_page_was_fetched(line: str, day: str) -> None:
    cleaned = page(TITLE, line, *BODY, fetched=SEEN)
    assert (published(cleaned), cleaned.body) == (day, "\n".join(BODY))
    assert published(page(TITLE, line, *BODY)) is None


@pytest.mark.parametrize(
    "above", [("اليوم", *MENU), (*MENU, "فوز المنتخب على ضيفه", "منذ ساعتين", "محليات"), ("أمس", *MENU)]
)
def test_relative_words_above_the_headline_give_no_date(above: tuple[str, ...]) -> None:
    assert published(page(*above, TITLE, *BODY, fetched=SEEN)) is None
    assert published(page(*above, TITLE, "أول أمس", *BODY, fetched=SEEN)) == "2023-03-13"


def test_a_date_below_the_text() -> None:
    cleaned = page(TITLE, *BODY, "الثلاثاء 14-03-2023 08:29 ص")
    assert (published(cleaned), cleaned.body) == ("2023-03-14T08:29:00", "\n".join(BODY))


@pytest.mark.parametrize(
    "head",
    [
        ("صدى الشاطئ", "الخميس 16 مارس 2023", *MENU, TITLE, "14 مارس 2023"),
        (f"{TITLE} - صدى الشاطئ", "الخميس 16 مارس 2023", *MENU, TITLE, "14 مارس 2023"),
        (*MENU, "السبت 18 مارس 2023 العدد 5120", TITLE, "14 مارس 2023"),
        (*MENU, TITLE, "14 مارس 2023", "الخميس 16 مارس 2023 - العدد 5120"),
    ],
)
def test_the_date_of_the_masthead_is_never_taken(head: tuple[str, ...]) -> None:
    assert published(page(*head, *BODY)) == "2023-03-14"


@pytest.mark.parametrize(
    "head",
    [
        ("صدى الشاطئ", "الخميس 16 مارس 2023", *MENU, TITLE),
        (f"{TITLE} - صدى الشاطئ", "الخميس 16 مارس 2023", *MENU, TITLE),
        ("السبت 18 مارس 2023 العدد 5120", *MENU, TITLE),
    ],
)
def test_a_masthead_alone_gives_no_date(head: tuple[str, ...]) -> None:
    assert published(page(*head, *BODY)) is None


@pytest.mark.parametrize(
    "head",
    [
        (TITLE, "آخر تحديث: 20 مارس 2023", "14 مارس 2023"),
        (TITLE, "14 مارس 2023", "آخر تحديث: 20 مارس 2023"),
        (TITLE, "تعديل في 20/3/2023 10:45", "نشر بتاريخ:", "14 مارس 2023"),
        (TITLE, "آخر تحديث:", "20 مارس 2023", "تاريخ النشر:", "14 مارس 2023"),
    ],
)
def test_the_date_of_an_update_is_not_taken_beside_another(head: tuple[str, ...]) -> None:
    cleaned = page(*MENU, *head, *BODY)
    assert (published(cleaned), cleaned.body) == ("2023-03-14", "\n".join(BODY))


def test_the_date_of_an_update_is_taken_if_it_is_the_only_one() -> None:
    assert published(page(*MENU, TITLE, "آخر تحديث:", "الأحد, 12 مارس/ آذار, 2023, 03:00 GMT", *BODY)) == (
        "2023-03-12T03:00:00+00:00"
    )


@pytest.mark.parametrize(
    "foot",
    [
        ("مقالات ذات صلة", "افتتاح معرض الزهور في الحديقة", "20 مارس 2023", "سباق القوارب ينطلق غدا", "19 مارس 2023"),
        ("افتتاح معرض الزهور في الحديقة", "نشر في 20 مارس 2023", "سباق القوارب ينطلق غدا", "نشر في 19 مارس 2023"),
        (
            "أخبار أخرى",
            "تنطلق صباح غد أعمال ترميم القلعة الأثرية بإشراف خبراء من الجامعة، ويشارك فيها طلاب الآثار وعدد من أب",
            "00:39 - 2023/03/20",
            "سجلت أسعار الخضار ارتفاعا طفيفا في سوق الجملة بسبب البرد الذي أصاب البيوت المحمية في السهل خلال الأ",
            "00:21 - 2023/03/19",
        ),
    ],
)
def test_the_date_of_a_related_item_is_never_taken(foot: tuple[str, ...]) -> None:
    assert published(page(TITLE, *BODY, *foot)) is None
    assert published(page(TITLE, "14 مارس 2023", *BODY, *foot)) == "2023-03-14"


def test_days_that_head_sections_of_a_text_stay() -> None:
    parts = ("12 مارس 2023:", BODY[0], "13 مارس 2023:", BODY[1], "14 مارس 2023:")
    assert page(TITLE, BODY[0], *parts).body.split("\n")[1:] == list(parts)
