# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how dates are parsed as pages and metadata state them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.fold import fold
from indexer.article import Published
from indexer.cleaning import parse_stated
from indexer.cleaning.dates.date_words import WORDS
from indexer.cleaning.dates.stated import is_hijri, is_labelled, is_update, months, parse_update

STATED = [
    # ISO 8601: reduced, extended, basic, week and ordinal dates, zones, fractions.
    ("2023", "2023", "year"),
    ("2023-03", "2023-03", "month"),
    ("2023-03-14", "2023-03-14", "day"),
    ("20230314", "2023-03-14", "day"),
    ("2023-W11-2", "2023-03-14", "day"),
    ("2023-073", "2023-03-14", "day"),
    ("2023-03-14T10:45", "2023-03-14T10:45:00", "time"),
    ("2023-03-14 10:45:30", "2023-03-14T10:45:30", "time"),
    ("2023-03-14T10:45:00Z", "2023-03-14T10:45:00+00:00", "time"),
    ("2023-03-14T10:45:00+01:00", "2023-03-14T10:45:00+01:00", "time"),
    ("2023-03-14T10:45:00.123456789-0330", "2023-03-14T10:45:00-03:30", "time"),
    ("2023-03-14T10:45:00,5+03", "2023-03-14T10:45:00+03:00", "time"),
    ("20230314T104500Z", "2023-03-14T10:45:00+00:00", "time"),
    ("2017-01-22T171800", "2017-01-22T17:18:00", "time"),
    # `Published` has no precision for an hour without minutes, so only the day is kept.
    ("2023-03-14T10", "2023-03-14", "day"),
    # Month names of Egypt and the Gulf, the Levant, the Maghreb; two names of one month.
    ("14 مارس 2023", "2023-03-14", "day"),
    ("14 آذار 2023", "2023-03-14", "day"),
    ("20 كانون الأول 2021", "2021-12-20", "day"),
    ("3 تشرين الثاني 2021", "2021-11-03", "day"),
    ("20 كانون الأول/ديسمبر 2021", "2021-12-20", "day"),
    ("14 مايو (أيار) 2023", "2023-05-14", "day"),
    ("22 فيفري 2023", "2023-02-22", "day"),
    ("1 جوان 2016", "2016-06-01", "day"),
    ("5 جويلية 2016", "2016-07-05", "day"),
    ("9 أوت 2016", "2016-08-09", "day"),
    ("9 غشت 2016", "2016-08-09", "day"),
    ("9 يوليوز 2016", "2016-07-09", "day"),
    ("7 دجنبر 2016", "2016-12-07", "day"),
    ("آذار 2023", "2023-03", "month"),
    ("مارس 14، 2023", "2023-03-14", "day"),
    ("2 إبريل 2023", "2023-04-02", "day"),
    # Digits.
    ("١٤ مارس ٢٠٢٣", "2023-03-14", "day"),
    ("۱۴/۰۳/۲۰۲۳", "2023-03-14", "day"),
    ("٢٠٢٣/٠٣/١٤", "2023-03-14", "day"),
    ("14/03/2023", "2023-03-14", "day"),
    ("14-3-2023", "2023-03-14", "day"),
    ("14.03.2023", "2023-03-14", "day"),
    ("03/04/2023", "2023-04-03", "day"),
    ("03/14/2023", "2023-03-14", "day"),
    ("\u200f14 / 3 / 2023\u200f", "2023-03-14", "day"),
    # Weekdays, times, labels.
    ("الثلاثاء، 14 آذار/مارس 2023", "2023-03-14", "day"),
    ("الثُّلاثاء 14 مارس 2023 - 10:45", "2023-03-14T10:45:00", "time"),
    ("09/03/2022 10:45", "2022-03-09T10:45:00", "time"),
    ("10:45 - 14 مارس 2023", "2023-03-14T10:45:00", "time"),
    ("14 مارس 2023، الساعة 09:30 ص", "2023-03-14T09:30:00", "time"),
    ("14 مارس 2023 09:30 م", "2023-03-14T21:30:00", "time"),
    ("14 مارس 2023 12:30 ص", "2023-03-14T00:30:00", "time"),
    ("14 مارس 2023 12:30 م", "2023-03-14T12:30:00", "time"),
    ("14 مارس 2023 9:30 صباحًا", "2023-03-14T09:30:00", "time"),
    ("14 مارس 2023 9:30 مساءً", "2023-03-14T21:30:00", "time"),
    ("14 مارس 2023 12:00 ظهرا", "2023-03-14T12:00:00", "time"),
    ("14 مارس 2023 10:45 بتوقيت غرينتش", "2023-03-14T10:45:00+00:00", "time"),
    ("14 مارس 2023 10:45 GMT+3", "2023-03-14T10:45:00+03:00", "time"),
    ("14 مارس 2023 10:45 بتوقيت القدس", "2023-03-14T10:45:00", "time"),
    ("نُشر في: ١١ يناير ٢٠٢٢ - ٠٢:٢٠ م", "2022-01-11T14:20:00", "time"),
    ("تاريخ النشر: 8 يونيو 2023", "2023-06-08", "day"),
    ("نشر في 8 يونيو 2023 | آخر تحديث: 9 يونيو 2023", "2023-06-08", "day"),
    ("March 14, 2023 10:45 am", "2023-03-14T10:45:00", "time"),
    ("Tue, 14 Mar 2023 10:45:00 +0100", "2023-03-14T10:45:00+01:00", "time"),
    # Months with a digit for the ordinal, Persian letters, French names; names of months between dashes.
    ("14 كانون 2 2021", "2021-01-14", "day"),
    ("الخميس 14 كانون 1، 2021", "2021-12-14", "day"),
    ("6 تشرین 1 2021", "2021-10-06", "day"),
    ("6 تشرين2 2021", "2021-11-06", "day"),
    ("9 مايس 2021", "2021-05-09", "day"),
    ("14 mars 2023", "2023-03-14", "day"),
    ("Publié le mardi 14 mars 2023 à 10:25", "2023-03-14T10:25:00", "time"),
    ("1er août 2022", "2022-08-01", "day"),
    ("14-Mar-2023", "2023-03-14", "day"),
    ("Mar-14-2023 10:33", "2023-03-14T10:33:00", "time"),
    ("14-مارس-2023", "2023-03-14", "day"),
    # Short words between day, month and year.
    ("14 من مارس 2023", "2023-03-14", "day"),
    ("14 من شهر آذار لعام 2023", "2023-03-14", "day"),
    ("مارس من سنة 2023", "2023-03", "month"),
    # A time with its place, and the same time in another zone.
    ("14/3/2023 الساعة 10:25 (مكة المكرمة)", "2023-03-14T10:25:00", "time"),
    ("14/3/2023 م الساعة 9:05 م (القدس)", "2023-03-14T21:05:00", "time"),
    ("14/3/2023 الساعة 10:25 (مكة المكرمة)، 7:25 (غرينتش)", "2023-03-14T10:25:00", "time"),
    ("14 مارس 2023 10:45 (بتوقيت بيروت)", "2023-03-14T10:45:00", "time"),
    ("14 مارس 2023 10:45 بالتوقيت المحلي", "2023-03-14T10:45:00", "time"),
    ("2023-03-14 | 05:21", "2023-03-14T05:21:00", "time"),
    ("الثلاثاء | 05:21 | 2023-03-14", "2023-03-14T05:21:00", "time"),
    # Labels of publication, and of an update before or after it.
    ("تم نشره الثلاثاء 14 آذار / مارس 2023 09:22 مساءً", "2023-03-14T21:22:00", "time"),
    ("تاريخ نشر الخبر: 2023/3/14", "2023-03-14", "day"),
    ("تمت الإضافة بتاريخ 14 مارس 2023", "2023-03-14", "day"),
    ("نشر هذا المقال في 14 مارس 2023", "2023-03-14", "day"),
    ("11:43 ص 14/03/2023 تعديل في 11:46 ص", "2023-03-14T11:43:00", "time"),
    ("آخر تحديث: 15/3/2023 - نشر في 14/3/2023", "2023-03-14", "day"),
    # A Hijri date is ignored if the Gregorian date is beside it.
    ("14 رمضان 1444هـ - 5 أبريل 2023م", "2023-04-05", "day"),
    ("الأربعاء 14 رمضان 1444 هـ الموافق 5 نيسان 2023 م", "2023-04-05", "day"),
]

NOT_STATED = [
    "",
    "   ",
    "2023-02-30",
    "2023-13",
    "2023-13-01",
    "2023-366",
    "2023-W60-1",
    "31/04/2023",
    "30 فبراير 2023",
    "32 مارس 2023",
    "14/13/2023",
    "0000-00-00",
    "14/03/23",
    "14 مارس",
    "مارس",
    "10:45",
    "1899-12-31",
    "14 مارس 1899",
    f"{date.today().year + 2}-01-01",
    "14 رمضان 1300 هـ",
    "31 رمضان 1444 هـ",
    "الجمعة 14 رمضان 1444 هـ",
    "آخر تحديث: 14 مارس 2023",
    "تحديث: 14 مارس 2023 - 10:45",
    "في 26 يوليو الماضي",
    "انسحبت القوات في 31 ديسمبر 2021",
    "14 مارس 2023 في بغداد",
    "من 12 مارس 2023 إلى 14 مارس 2023",
    "12 مارس / 14 مارس 2023",
    "تحديث قانون 2023",
    "تعديل موعد 14 مارس 2023",
    "14/3/2023 10:25 - 11:00",
    "14/3/2023 10:25 (مكة المكرمة) حتى 11:00",
    "من مارس 2023",
    "14 من 2023",
    "مارس/أبريل 2023",
    "14 مارس 2023 25:00",
    "14 مارس 2023 15:00 ص",
    "2023-03-14T25:00",
    "منذ ساعتين",
    "0021523000",
    "12345678901234567890",
]


@pytest.mark.parametrize(("text", "value", "precision"), STATED)
def test_stated(text: str, value: str, precision: str) -> None:
    published = parse_stated(text)
    assert published is not None
    assert (published.value, published.precision) == (value, precision)


@pytest.mark.parametrize("text", NOT_STATED)
def test_no_date_is_invented(text: str) -> None:
    assert parse_stated(text) is None


@given(st.text())
def test_never_raises(text: str) -> None:
    parse_stated(text)


@given(
    st.lists(
        st.sampled_from(
            [*"0123456789٣۴", "14", "2023", "/", "-", ":", " ", "مارس", "T", "Z", "+", "ص", "م", "هـ", "رمضان", "GMT"]
        ),
        max_size=14,
    )
)
def test_texts_like_dates_never_raise(parts: list[str]) -> None:
    published = parse_stated("".join(parts))
    assert published is None or 1900 <= published.start().year <= date.today().year + 1


@given(st.dates(date(1900, 1, 1), date.today()), st.sampled_from(sorted(name for name in months() if months()[name])))
def test_every_name_of_a_month(day: date, name: tuple[str, ...]) -> None:
    day = day.replace(month=months()[name], day=min(day.day, 28))
    published = parse_stated(f"{day.day} {' '.join(name)} {day.year}")
    assert published is not None
    assert published.value == day.isoformat()


@given(st.dates(date(1900, 1, 1), date.today()))
def test_day_comes_before_month(day: date) -> None:
    published = parse_stated(f"{day.day}/{day.month}/{day.year}")
    assert published is not None
    assert published.value == day.isoformat()


def test_names_are_as_folding_leaves_them() -> None:
    words = {word for name in months() for word in name} | WORDS
    assert {word for word in words if fold(word) != word} == set()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # In the Umm al-Qura calendar it was a Saturday; where the month began a day later, a Sunday.
        ("الأحد 25 جمادى الأولى 1445", "2023-12-10"),
        ("السبت 25 جمادى الأولى 1445", "2023-12-09"),
        ("25 رمضان 1445 هـ", "2024-04-04"),
        ("1445/09/25 هـ", "2024-04-04"),
        ("25/9/1445هـ", "2024-04-04"),
        ("نُشر في: ٢٥ رمضان ١٤٤٥", "2024-04-04"),
        ("الأحد 25 شوال 1445 - 10:30 صباحا", "2024-05-05"),
        ("رمضان 1444 هـ", "2023"),
        ("14 جمادى الثاني 1444", "2023-01-07"),
        ("14 جمادى 2 1444هـ", "2023-01-07"),
        ("3 ذوالقعدة 1443", "2022-06-02"),
        ("الخميس 3 ذي قعدة 1443 هـ", "2022-06-02"),
        ("9 ذوالحجة 1443 هـ", "2022-07-08"),
        ("1 رمضان المبارك 1444", "2023-03-23"),
    ],
)
def test_hijri(text: str, day: str) -> None:
    assert is_hijri(text)
    assert parse_stated(text) == Published(day)


@pytest.mark.parametrize(
    "text", ["رمضان", "رمضان 2023", "حرب 6 أكتوبر", "في رمضان 1445 عاد الغائب", "14 مارس 2023", ""]
)
def test_not_hijri(text: str) -> None:
    assert not is_hijri(text)


@given(st.text())
def test_hijri_never_raises(text: str) -> None:
    is_hijri(text)


def test_labels() -> None:
    assert is_labelled("نُشر في: ١١ يناير ٢٠٢٢")
    assert is_labelled("تاريخ النشر: 8 يونيو 2023")
    assert not is_labelled("8 يونيو 2023")
    assert is_update("آخر تحديث: 8 يونيو 2023")
    assert not is_update("نُشر في 8 يونيو 2023 - آخر تحديث 9 يونيو 2023")
    assert is_labelled("تم نشره الجمعة 24 نيسان 2020")
    assert is_update("تعديل في 11:46 ص")
    assert is_update("آخر تحديث:")
    assert not is_update("تحديث قانون العمل لسنة 2023")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("آخر تحديث: 14 مارس 2023", "2023-03-14"),
        ("Mis à jour le 14 mars 2023", "2023-03-14"),
        ("تم التعديل في 14/3/2023", "2023-03-14"),
        ("آخر تحديث: الأحد, 27 سبتمبر/ أيلول, 2009, 03:00 GMT", "2009-09-27T03:00:00+00:00"),
        ("آخر تحديث: 10:45", None),
        ("14 مارس 2023", None),
        ("", None),
    ],
)
def test_the_date_of_an_update(text: str, value: str | None) -> None:
    assert parse_update(text) == (Published(value) if value else None)


@given(st.text())
def test_updates_never_raise(text: str) -> None:
    is_update(text)
    parse_update("آخر تحديث: " + text)
