# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests dates in addresses, at the beginning of a text, relative to the time of fetching, and in the Hijri calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Published
from indexer.cleaning import clean
from indexer.cleaning.dates import hijri
from indexer.cleaning.dates.addresses import published_in_address
from indexer.cleaning.dates.relative import is_relative, parse_relative
from indexer.cleaning.head.dateline import Dateline, agencies, dateline, dateline_alone
from indexer.sources import Record

BODY = "قال مدير المشروع إن الأشغال تأجلت أسبوعين بسبب الأمطار الغزيرة التي هطلت على المدينة."


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://a.example/2023/05/14/خبر", "2023-05-14"),
        ("https://a.example/news/2023/5/4/", "2023-05-04"),
        ("https://a.example/2023-05-14-khabar.html", "2023-05-14"),
        ("https://a.example/news-2023-05-14", "2023-05-14"),
        ("https://a.example/20230514/x", "2023-05-14"),
        ("https://a.example/archive_20230514.html", "2023-05-14"),
        ("https://a.example/2023/05/khabar", "2023-05"),
        ("https://a.example/2023/05/14", "2023-05-14"),
        ("https://a.example/story/48213", None),
        ("https://a.example/96/76383", None),
        ("https://a.example/2023/13/40/x", None),
        ("https://a.example/2023/02/30/x", "2023-02"),
        ("https://a.example/1899/05/14/x", None),
        ("https://a.example/2023/x", None),
        ("https://a.example/x?date=2023-05-14", None),
        ("https://a.example/2023-05-14/2022-01-01", None),
        ("https://a.example/20230514123", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_addresses(url: str, value: str | None) -> None:
    assert published_in_address(url) == (Published(value) if value else None)


@given(st.text())
def test_addresses_never_raise(url: str) -> None:
    published_in_address("http://a/" + url)


@pytest.mark.parametrize(
    ("begins", "day", "agency"),
    [
        ("بغداد 14 مارس 2023 (شينخوا) -- ", "2023-03-14", "شينخوا"),
        ("بغداد، 14 آذار/مارس 2023 (رويترز) - ", "2023-03-14", "رويترز"),
        ("بغداد-(شينخوا)- ", None, "شينخوا"),
        ("تونس (وات) - ", None, "وات"),
        ("القاهرة - أ ش أ: ", None, "أ ش أ"),
        ("الرباط / الأناضول / ", None, "الأناضول"),
        ("الرياض 14 رمضان 1444 هـ (واس) - ", "2023-04-05", "واس"),
        ("أبوظبي في 14 مارس 2023 / وام / ", "2023-03-14", "وام"),
        ("القاهرة في 14 مارس 2023/أ ش أ/ ", "2023-03-14", "أ ش أ"),
        ("رام الله 14-3-2023 وفا- ", "2023-03-14", "وفا"),
        ("الدوحة في 14 آذار 2023 /قنا/ ", "2023-03-14", "قنا"),
        ("الكويت - 14 - 3 (كونا) -- ", None, "كونا"),
        ("القاهرة في 14 مارس 2023 - ", None, ""),
        ("", None, ""),
        ("أعلنت الوزارة في 14 مارس 2023 - ", None, ""),
        ("بعد 14 مارس 2023: ", None, ""),
    ],
)
def test_datelines(begins: str, day: str | None, agency: str) -> None:
    assert dateline(begins + BODY) == Dateline(Published(day) if day else None, agency)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("أبوظبي في 14 مارس 2023 / وام /", Dateline(Published("2023-03-14"), "وام")),
        ("الرياض 22 شعبان 1444 هـ الموافق 14 مارس 2023 م واس", Dateline(Published("2023-03-14"), "واس")),
        ("دمشق 14-3-2023 (سانا)", Dateline(Published("2023-03-14"), "سانا")),
        ("المنامة - بنا", Dateline(None, "بنا")),
        ("بغداد 14 مارس 2023", None),
        ("رويترز تنشر وثائق جديدة عن الحرب", None),
        ("", None),
    ],
)
def test_a_dateline_by_itself(line: str, found: Dateline | None) -> None:
    assert dateline_alone(line) == found


@given(st.text(alphabet="بغداد(شينخوا)-—: 14مارس2023/،", max_size=120))
def test_datelines_never_raise(text: str) -> None:
    dateline(text)
    dateline_alone(text)


def test_names_of_agencies_are_recognised() -> None:
    assert len(set(agencies().values())) > 25
    assert agencies()["ا", "ف", "ب"] == "فرانس برس"


SEEN = "2023-03-15T01:30:00+03:00"


@pytest.mark.parametrize(
    ("text", "anchor", "day"),
    [
        ("منذ ساعتين", SEEN, "2023-03-14"),
        ("منذ ساعة", SEEN, "2023-03-15"),
        ("قبل 3 ساعات", SEEN, "2023-03-14"),
        ("منذ ٥ دقائق", SEEN, "2023-03-15"),
        ("منذ 3 أيام", SEEN, "2023-03-12"),
        ("منذ 11 يوما", "2023-03-15", "2023-03-04"),
        ("قبل يومين", "2023-03-15", "2023-03-13"),
        ("أمس", SEEN, "2023-03-14"),
        ("أمس 10:30", SEEN, "2023-03-14"),
        ("اليوم", "2023-03-15", "2023-03-15"),
        ("2 hours ago", SEEN, "2023-03-14"),
        ("منذ ساعتين", "2023-03-15", None),
        ("منذ ساعتين", "", None),
        ("منذ ساعتين", "2023", None),
        ("منذ سنة واحدة", SEEN, None),
        ("منذ أسبوع", SEEN, None),
        ("منذ 900 يوم", SEEN, None),
        ("أمس الأول كان", SEEN, None),
        ("منذ يوم واحد", SEEN, "2023-03-14"),
        ("منذ ساعة واحدة", "2023-03-15T00:30", "2023-03-14"),
        ("منذ ثلاثة أيام", SEEN, "2023-03-12"),
        ("قبل عشر دقائق", SEEN, "2023-03-15"),
        ("منذ يوم و3 ساعات", SEEN, "2023-03-13"),
        ("4 أيام مضت", SEEN, "2023-03-11"),
        ("an hour ago", SEEN, "2023-03-15"),
        ("يوم أمس", SEEN, "2023-03-14"),
        ("أول أمس", SEEN, "2023-03-13"),
        ("أول من أمس 10:30", SEEN, "2023-03-13"),
        ("منذ", SEEN, None),
        ("منذ ثلاثة", SEEN, None),
        ("أيام مضت", SEEN, None),
        ("منذ 3 ساعات أعلنت الوزارة", SEEN, None),
        ("", SEEN, None),
    ],
)
def test_relative_words_need_the_time_of_fetching(text: str, anchor: str, day: str | None) -> None:
    assert parse_relative(text, anchor) == (Published(day) if day else None)


@given(st.text(), st.text() | st.just(SEEN))
def test_relative_words_never_raise(text: str, anchor: str) -> None:
    parse_relative(text, anchor)
    is_relative(text)
    parse_relative(f"منذ {text} يوم", "1900-01-01")


def test_metadata_outrank_the_address_which_outranks_the_text() -> None:
    text = f"بغداد 14 مارس 2023 (شينخوا) -- {BODY}"
    url = "https://a.example/2022/02/02/x"
    record = Record(key="", text=text, flattened=False, title="ت", url=url, published="2021")
    assert clean(record).published == Published("2021")
    assert clean(Record(key="", text=text, flattened=False, url=url)).published == Published("2022-02-02")
    assert clean(Record(key="", text=text, flattened=False)).published == Published("2023-03-14")
    assert clean(Record(key="", text=BODY, flattened=False)).published is None


def test_a_relative_date_on_a_page_counts_from_the_time_of_fetching() -> None:
    page = f"تأجيل أشغال الجسر الكبير أسبوعين\n\nمنذ ساعتين\n\n{BODY}\n\n{BODY}"
    assert clean(Record(key="", text=page, flattened=True, fetched=SEEN)).published == Published("2023-03-14")
    assert clean(Record(key="", text=page, flattened=True)).published is None
    assert clean(Record(key="", text=BODY, flattened=False, published="أمس", fetched=SEEN)).published == Published(
        "2023-03-14"
    )


@given(st.integers(1343, 1500), st.integers(1, 12), st.integers(1, 29))
def test_every_day_of_the_calendar_is_converted(year: int, month: int, day: int) -> None:
    found = hijri.hijri_published([f"{year}/{month:02}/{day:02}"], [])
    assert found is not None
    days = ((year - 1) * 12 + month - 1) * 29.530588 + day
    assert abs((found.start().date() - date(622, 7, 16)).days - days) < 4
