# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests article lines that look like teasers of other articles, and teasers that look like article lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning import Cleaned, clean
from indexer.cleaning.lines.folding import folded_words
from indexer.cleaning.lines.signs import continues_text
from indexer.sources import Record
from tests.cleaning.test_cleaning import accounts_for_every_line

MENU = ("الرئيسية", "سياسة", "اقتصاد", "رياضة", "ثقافة", "اتصل بنا")
TITLE = "سكان الوادي يعيدون بناء السد الترابي"
BODY = (
    "أعاد سكان الوادي بناء السد الترابي الذي جرفته السيول، وعمل فيه مئتا متطوع من خمس قرى طوال شهر.",
    "وقال شيخ القرية إن السد يروي ألف شجرة زيتون ويملأ آبار الوادي في الصيف.",
    "وأشار مهندس الري إلى أن جدار السد الجديد من الحجر لا من التراب وحده.",
)
FOREIGN = "فازت طالبة من كلية الطب بجائزة أفضل بحث عن أمراض القلب لدى الأطفال في مؤتمر عقد هذا الأسبوع بالعاصمة"
HEADINGS = ("طالبة طب تفوز بجائزة أفضل بحث", "افتتاح خط بحري جديد نحو الجزر", "نفاد تذاكر النهائي خلال ساعة")


def page(*lines: str, blank: bool = False) -> Cleaned:
    return clean(Record(key="", text=("\n\n" if blank else "\n").join(lines), flattened=True))


@pytest.mark.parametrize("blank", [False, True], ids=["close", "spaced"])
@pytest.mark.parametrize(
    "foot",
    [
        (HEADINGS[0], f"{FOREIGN}...", "Loading..."),
        (HEADINGS[0], f"{FOREIGN} …", HEADINGS[1], f"{FOREIGN[5:]} …"),
        (f"{FOREIGN}...", f"{FOREIGN[6:]}..."),
        ("في السياق ذاته", FOREIGN, "00:39 - 2024/03/10", FOREIGN[3:], "00:21 - 2024/03/09"),
        ("مرايا", HEADINGS[0], FOREIGN, "Read More"),
        ("عن الموقع", "موقع إخباري شامل يقدم التحليلات والتقارير المصورة على مدار الساعة."),
        HEADINGS,
        ("الأكثر قراءة", "1", HEADINGS[0], "2", HEADINGS[1], "3", HEADINGS[2]),
        (HEADINGS[0], "12:40 م", HEADINGS[1], "11:15 ص"),
        ("استطلاع الرأي", "هل تؤيد تمديد العطلة المدرسية هذا العام؟", "نعم", "لا", "النتائج"),
        ("محتوى للمشتركين", "سجل الآن لقراءة جميع المقالات الحصرية، ولا يفوتك جديدنا.", "تسجيل الدخول"),
        ("السد الترابي الوادي السد السيول الترابي",),
        ("تم استلام تعليقك وسوف يظهر بعد المراجعة",),
        ("طقس", "عمان 21°", "الدولار 3.75", "حمل تطبيقنا من هنا"),
    ],
)
def test_lines_below_the_article_are_removed(foot: tuple[str, ...], blank: bool) -> None:
    cleaned = page(*MENU, TITLE, "12 مايو 2021", *BODY, *foot, blank=blank)
    assert (cleaned.title, cleaned.body) == (TITLE, "\n".join(BODY))


@pytest.mark.parametrize("foot", [HEADINGS[:2], (f"{FOREIGN}...", f"{FOREIGN[6:]}...")])
def test_lines_below_the_article_on_a_page_without_menu(foot: tuple[str, ...]) -> None:
    assert page(*BODY, *foot).body == "\n".join(BODY)


@pytest.mark.parametrize("blank", [False, True], ids=["close", "spaced"])
@pytest.mark.parametrize(
    "link",
    [
        ("بعد جفاف طويل.. أمطار الخير تعود إلى الواحات",),
        ("طالبة من كلية الطب تفوز بجائزة أفضل بحث عن القلب",),
        (HEADINGS[0], HEADINGS[1]),
        ("— شيخ القرية (@sheikh) May 12, 2021",),
        ("طالع أيضا.. " + HEADINGS[1],),
    ],
)
def test_links_between_paragraphs(link: tuple[str, ...], blank: bool) -> None:
    cleaned = page(TITLE, "12 مايو 2021", BODY[0], *link, *BODY[1:], blank=blank)
    assert cleaned.body == "\n".join(BODY)


@pytest.mark.parametrize("line", ["السد", "متطوعون", "شيخ القرية"])
def test_a_caption_between_date_and_text(line: str) -> None:
    assert page(*MENU, TITLE, "12 مايو 2021", line, *BODY).body == "\n".join(BODY)


ROUNDUP = (
    "نقدم لكم أبرز ما جاء في صحف اليوم من أخبار المدن والقرى.",
    "وزارة النقل تكشف.. حافلات كهربائية في شوارع المدينة",
    "كشفت وزارة النقل أن حافلات كهربائية ستعمل في شوارع المدينة ابتداء من الربيع.",
    "علماء يحذرون من ذوبان الثلوج في أعالي الجبال هذا الصيف",
    "حذر علماء من أن ذوبان الثلوج في أعالي الجبال يهدد ينابيع القرى هذا الصيف.",
    "مخرج شاب يفوز بالجائزة الكبرى",
    "فاز مخرج شاب بالجائزة الكبرى في مهرجان السينما عن فيلم صوره بهاتفه.",
)


@pytest.mark.parametrize("blank", [False, True], ids=["close", "spaced"])
@pytest.mark.parametrize(
    "body",
    [
        ROUNDUP,
        (*BODY, "ماذا بعد؟", "يبني السكان الآن قناة تحمل الماء إلى البستان البعيد."),
        (*BODY, "وجاءت أسماء القرى كما يلي:", "عين السدر", "وادي النخل", "تل الرمان"),
        (*BODY, "- عين السدر", "- وادي النخل"),
        (*BODY, "1- عين السدر", "2- وادي النخل"),
        (BODY[0], "جدار من حجر", *BODY[1:]),
        (*BODY, "والله الموفق"),
        (*BODY, "انتهى"),
        (BODY[0], "كنا نقف على الحجر ونرى الماء يصعد، ولا أحد يصدق أن النهر عاد...", *BODY[1:]),
    ],
)
def test_lines_of_the_article_stay(body: tuple[str, ...], blank: bool) -> None:
    foot = ("مقالات ذات صلة", HEADINGS[0], "جميع الحقوق محفوظة © 2024")
    cleaned = page(*MENU, TITLE, "12 مايو 2021", *body, *foot, blank=blank)
    assert (cleaned.title, cleaned.body) == (TITLE, "\n".join(body))


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        ("وأضاف الوزير", True),
        ("و أضاف الوزير", True),
        ("من جهته قال", True),
        ("كما أكد", True),
        ("جاء ذلك خلال", True),
        ("وزير النقل يصل", False),
        ("واشنطن تعلن", False),
        ("افتتح الوزير", False),
        ("", False),
    ],
)
def test_which_beginnings_continue_a_paragraph(begins: str, goes_on: bool) -> None:
    assert continues_text(folded_words(begins)) is goes_on


LINES = st.sampled_from(
    ["", *MENU, TITLE, *BODY, FOREIGN, f"{FOREIGN}...", *HEADINGS, *ROUNDUP, "12 مايو 2021", "10:45"]
)


@given(st.lists(LINES, max_size=40))
def test_every_line_is_accounted_for(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert accounts_for_every_line(text, page(text))
