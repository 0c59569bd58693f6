# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how the headline of a flattened page is found among tickers, signatures, banners and site names."""

from __future__ import annotations

import pytest

from indexer.cleaning import Cleaned, clean
from indexer.sources import Record

TITLE = "سكة حديد الواحات تعود إلى العمل بعد ترميمها"
BODY = (
    "عادت سكة حديد الواحات إلى العمل صباح أمس بعد ترميمها، ونقل أول قطار مئتي راكب إلى محطة النخيل.",
    "وأوضح مدير السكة أن الرحلة تدوم ساعتين، وأن الأطفال يسافرون مجانا حتى نهاية العام.",
    "وكانت السكة توقفت قبل خمس سنوات بعدما جرفت السيول ثلاثة جسور.",
)
MENU = ("الرئيسية", "سياسة", "اقتصاد", "رياضة", "ثقافة", "اتصل بنا")
TICKER = (
    "أسعار القطن ترتفع في البورصة",
    "الأرصاد تتوقع ضبابا كثيفا فجر الخميس",
    "منتخب اليد يبلغ نصف النهائي",
    "معرض الكتاب يمدد أيامه حتى الأحد",
)
DATE = "12 مايو 2021"
RIGHT_TO_LEFT, LEFT_TO_RIGHT, END = "\u202e", "\u202d", "\u202c"


def page(*lines: str) -> Cleaned:
    return clean(Record(key="", text="\n".join(lines), flattened=True))


@pytest.mark.parametrize("blank", [(), ("",)], ids=["close", "spaced"])
@pytest.mark.parametrize(
    "above",
    [
        (*MENU, *TICKER, "محليات"),
        (*TICKER, "محليات"),
        (*MENU, *(f"* {line}" for line in TICKER)),
        ("آخر الأخبار", *(f"1{number}:20 {line}" for number, line in enumerate(TICKER)), "محليات"),
        ("الأكثر قراءة", *(text for number, line in enumerate(TICKER) for text in (str(number + 1), line))),
        ("عاجل", TICKER[0], TICKER[1], *MENU),
        ("حقق 12 مليون مشاهدة .. بالفيديو: أغنية جديدة تتصدر", TICKER[0], TICKER[2]),
        ("نقدر خصوصيتك", "نحن وشركاؤنا نخزن المعلومات على جهازك لعرض الإعلانات وتحسين المحتوى.", "قبول الكل", "رفض"),
        (*MENU, "الرئيسية » محليات"),
        ("السبت 14 مايو 2021 العدد 711", *MENU),
        ("حصري",),
    ],
)
def test_lines_above_the_headline(above: tuple[str, ...], blank: tuple[str, ...]) -> None:
    cleaned = page(*above, *blank, TITLE, *blank, "سعاد محمود", DATE, *blank, *BODY)
    assert cleaned.title == TITLE
    assert cleaned.body == "\n".join(BODY)
    assert cleaned.published is not None
    assert cleaned.published.value == "2021-05-12"


@pytest.mark.parametrize(
    ("line", "others"),
    [
        (f"{TITLE} | صحيفة الميناء", ()),
        (f"{TITLE} - صحيفة الميناء", ("صحيفة الميناء", *MENU)),
        (f"صحيفة الميناء - محليات - {TITLE}", ("صحيفة الميناء", *MENU)),
        (f"صحيفة الميناء | {TITLE}", ("صحيفة الميناء", *MENU)),
        (f"{TITLE} » محليات » صحيفة الميناء", ("صحيفة الميناء", *MENU)),
        (f"Harbour Arabic - محليات - {TITLE}", MENU),
        (f"{LEFT_TO_RIGHT}Harbour Arabic{END} - {RIGHT_TO_LEFT}محليات{END} - {RIGHT_TO_LEFT}{TITLE}{END}", MENU),
        (f"\u200f{TITLE}\u200e", ()),
        (f"* {TITLE}", ()),
        (f"# {TITLE}", ()),
    ],
)
def test_the_site_name_and_marks_are_left_out(line: str, others: tuple[str, ...]) -> None:
    assert page(line, *others, DATE, *BODY).title == TITLE
    assert page(line, *others, TITLE, DATE, *BODY).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "محليات - سكة حديد الواحات تعود إلى العمل",
        "سكة حديد الواحات تعود إلى العمل - فيديو",
        "تونس - الجزائر: قطار جديد يعبر الحدود كل يوم",
        "الواحات: سكة الحديد تعود",
        "#الواحات تستعيد سكة الحديد القديمة",
    ],
)
def test_other_headlines_stay_whole(title: str) -> None:
    assert page(title, DATE, *BODY).title == title


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("مدريد - لينا العاصي", "لينا العاصي"),
        ("لينا العاصي - مدريد", "لينا العاصي"),
        ("لينا العاصي (مدريد)", "لينا العاصي"),
        ("عمان | باسل الخطيب", "باسل الخطيب"),
    ],
)
def test_a_place_and_a_name_are_no_headline(line: str, author: str) -> None:
    cleaned = page(line, *BODY)
    assert (cleaned.title, cleaned.author, cleaned.body) == ("", author, "\n".join(BODY))
    under = page(TITLE, line, DATE, *BODY)
    assert (under.title, under.author, under.body) == (TITLE, author, "\n".join(BODY))


@pytest.mark.parametrize("title", ["الواحات - قطار النخيل", "قطار الواحات - عودة"])
def test_a_headline_of_the_same_form_is_found(title: str) -> None:
    assert page(title, *BODY).title == title


def test_a_stamp_that_is_repeated_is_no_headline() -> None:
    stamp = "أخبار الواحات ـ نشر في 2020/02/29 الساعة 11:47"
    cleaned = page(TITLE, "", stamp, *BODY, stamp)
    assert (cleaned.title, cleaned.body) == (TITLE, "\n".join(BODY))


@pytest.mark.parametrize(
    "lines",
    [
        (
            f"Harbour Arabic - محليات - {TITLE}",
            *MENU,
            "شارك برأيك",
            "آخر تحديث:",
            "الاحد, 27 سبتمبر/ أيلول, 2009, 03:00 GMT",
        ),
        (f"مرايا : {TITLE}", *TICKER, TITLE, "سعاد محمود", "نشر في أخبار المساء يوم 27 - 09 - 2009"),
        (*TICKER, TITLE, "نشر في أخبار المساء يوم 27 - 09 - 2009"),
    ],
)
def test_pages_whose_lines_were_separated_by_blanks(lines: tuple[str, ...]) -> None:
    cleaned = page(*lines, *((TITLE,) if lines[-2] == "آخر تحديث:" else ()), *BODY, "اقرأ أيضا", TICKER[0])
    assert cleaned.title == TITLE
    assert cleaned.body == "\n".join(BODY)
    assert cleaned.published is not None
    assert cleaned.published.value[:10] == "2009-09-27"
