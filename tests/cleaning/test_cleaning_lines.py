# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests single lines: furniture inside an article, sentences that only look like furniture, dates, captions."""

from __future__ import annotations

import pytest

from indexer.article import Published
from indexer.cleaning import Cleaned
from tests.cleaning.test_cleaning import page

PARAGRAPHS = (
    "قال مدير المشروع إن الأشغال تأجلت أسبوعين بسبب الأمطار الغزيرة التي هطلت على المنطقة.",
    "وأضاف أن العمال سيعودون إلى الموقع يوم الأحد المقبل إذا تحسن الطقس.",
)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("اكمل القراءة", "continue"),
        ("Advertisement", "ad"),
        ("إعلان", "ad"),
        ("اقرأ أيضاً: مرفأ طرابلس يستقبل أول باخرة سياحية منذ عشر سنوات", "crosslink"),
        ("إقــرأ أيضـًا | مرفأ طرابلس يستقبل أول باخرة", "crosslink"),
        ("للقراءة أو الاستماع: لماذا يحنّ اللبنانيون إلى صفير القطار؟", "crosslink"),
        ("شاهد أيضا: لحظة وصول الباخرة", "crosslink"),
        ("قد يهمك أيضاً: لحظة وصول الباخرة", "crosslink"),
        ("شارك هذا المقال على فايسبوك و تويتر و واتساب", "share"),
        ("تابعونا على: فيسبوك | إنستغرام | يوتيوب", "share"),
        ("هل أعجبك المحتوى وتريد المزيد منه يصل إلى صندوق بريدك الإلكتروني بشكلٍ دوري؟", "newsletter"),
        ("اشترك في نشرتنا البريدية", "newsletter"),
        ("جميع الحقوق محفوظة © خليج واير 2024", "copyright"),
        ("قرطاج إنفو - جميع الحقوق محفوظة", "copyright"),
        ("حمّل التطبيق الآن", "app"),
        ("لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *", "comments"),
        ("أترك تعليقاً", "comments"),
        ("#تحلية_المياه #جدة", "tags"),
        ("كلمات مفتاحية: القطن، البورصة، كفر الشيخ، أسعار", "tags"),
        ("الرئيسية » رياضة", "breadcrumb"),
        ("من نحن | اتصل بنا | سياسة الخصوصية", "menu"),
        ("***", "ornament"),
    ],
)
def test_furniture_inside_an_article(line: str, reason: str) -> None:
    cleaned = page("\n\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", PARAGRAPHS[0], line, PARAGRAPHS[1]]))
    assert cleaned.body == "\n".join(PARAGRAPHS)
    assert [(removed.text, removed.reason) for removed in cleaned.removed] == [(line, reason)]


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("نُشر في: ١١ يناير ٢٠٢٢ - ٠٢:٢٠ م", "2022-01-11T14:20:00"),
        ("الثلاثاء 16 ماي 2023 - 14:20", "2023-05-16T14:20:00"),
        ("آخر تحديث: 16 ماي 2023", "2023-05-16"),
        ("بيروت - 14 آذار 2023", "2023-03-14"),
        ("رياضة | 14 آذار 2023 - 10:45", "2023-03-14T10:45:00"),
    ],
)
def test_date_under_the_headline(date: str, published: str | None) -> None:
    cleaned = page("\n\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", date, *PARAGRAPHS]))
    assert (cleaned.published.value if cleaned.published else None) == published
    assert [(line.text, line.reason) for line in cleaned.removed] == [(date, "date")]


def test_the_date_at_the_head_of_a_page_is_todays() -> None:
    masthead = ["الأحد 12 مارس 2023", "الرئيسية | سياسة | رياضة", "الرئيسية / رياضة"]
    assert page("\n".join([*masthead, "تأجيل أشغال الجسر الكبير أسبوعين", *PARAGRAPHS])).published is None


def test_the_name_of_the_site_is_no_section() -> None:
    cleaned = page(
        "\n\n".join(
            [
                "الرئيسية\nاتصل بنا",
                "ساحل برس",
                "تأجيل أشغال الجسر الكبير أسبوعين",
                *PARAGRAPHS,
                "© ساحل برس، جميع الحقوق محفوظة",
            ]
        )
    )
    assert (cleaned.title, cleaned.category) == ("تأجيل أشغال الجسر الكبير أسبوعين", "")


def test_a_page_in_english() -> None:
    paragraph = "The minister said on Sunday that the new bridge would open to traffic before the end of the year."
    cleaned = page(
        f"Home\nContact us\n\nSport\n\nBridge over the river opens next week\n\n{paragraph}\n\nLeave a comment"
    )
    assert (cleaned.title, cleaned.body) == ("Bridge over the river opens next week", paragraph)
    assert cleaned.category == "Sport"


def test_a_paragraph_that_begins_like_the_headline_stays() -> None:
    paragraph = "تأجيل أشغال الجسر الكبير أسبوعين - هذا ما أعلنه الوزير أمس."
    assert page("\n\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", paragraph, *PARAGRAPHS])).body.startswith(paragraph)


def test_a_page_of_text_alone_is_all_body() -> None:
    assert page("\n\n".join(PARAGRAPHS)) == Cleaned("", "\n".join(PARAGRAPHS))


# Sentences that contain words of furniture


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "sentence",
    [
        "وأكد الوزير أن جميع الحقوق محفوظة للمؤلف حتى بعد وفاته بسنوات، وأن الدولة ستلاحق القراصنة.",
        "وشدد على أن كل الحقوق محفوظة لورثة الشاعر.",
        "نحن نستخدم ملفات تعريف الارتباط أكثر مما نظن، قال الباحث.",
        "نستخدم ملفات تعريف الارتباط كل يوم دون أن نعرف ما هي، هكذا بدأ المحاضر كلامه.",
        "التعليقات المنشورة على صفحة النادي أغضبت المدرب، فطلب الاعتذار.",
        "وقال إن التصريحات لا تعبر عن رأي الموقع الرسمي للنادي.",
        "اشترك في قناة السويس عام 1956 آلاف المتطوعين",
        "تابعنا في الميدان فرقا من المتطوعين ينقلون الماء",
        "شارك الخبر الطيب أهله",
        "حقوق النشر تشغل كتاب المدينة",
        "انضم إلى قناة الري الجديدة فرع صغير",
        "2003",
        "75%",
        "خبير وباحثون يبحثون عن النهر القديم",
    ],
)
def test_an_article_with_words_of_furniture_is_kept(sentence: str, joint: str) -> None:
    header = ["الرئيسية", "سياسة", "رياضة", "اتصل بنا", "", "تأجيل أشغال الجسر الكبير أسبوعين", "14 مارس 2023"]
    foot = ["مقالات ذات صلة", "وزير المالية يلتقي وفدا", "جميع الحقوق محفوظة © 2024"]
    text = joint.join([*header, PARAGRAPHS[0], sentence, PARAGRAPHS[1], *foot])
    assert page(text).body.split("\n") == [PARAGRAPHS[0], sentence, PARAGRAPHS[1]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("صدر الصورة، Getty Images", "caption"),
        ("التعليق على الصورة، العمال عند مدخل الجسر", "caption"),
        ("العمال عند مدخل الجسر (رويترز)", "caption"),
        ("الوزير في الموقع أمس. (تصوير: سالم حداد)", "caption"),
        ("عمال على الجسر - أرشيفية", "caption"),
        ("المصدر: رويترز", "source"),
        ("المصدر : المدار + وكالات", "source"),
        ("FacebookTwitterWhatsApp", "share"),
        ("فيسبوك تويتر لينكدإن بينتيريست مشاركة عبر البريد طباعة", "share"),
        ("تابعوا RM ONLINE على", "share"),
        ("https://example.net/tech/1567890", "share"),
        ("نهاية القائمة", "related"),
        ("يستعمل هذا الموقع ملفات كوكيز لتحسين تجربتك، بمواصلة التصفح فإنك توافق على ذلك.", "cookies"),
        ("جميع الحقول مطلوبة, ولن يتم نشر بريدك الإلكتروني. يرجى منكم الالتزام.", "comments"),
    ],
)
def test_further_furniture_inside_an_article(line: str, reason: str) -> None:
    test_furniture_inside_an_article(line, reason)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("عمّان: ليث العبادي", "ليث العبادي"),
        ("فهد الزهراني (مكة المكرمة)", "فهد الزهراني"),
        ("المنيا - حسن عبد الغفار", "حسن عبد الغفار"),
        ("حسن المطري - صعدة", "حسن المطري"),
        ("نشيدة قوادري", "نشيدة قوادري"),
        ("دبي: «الأشراق»", ""),
    ],
)
def test_byline_without_label(line: str, author: str) -> None:
    cleaned = page("\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", line, "14 مارس 2023", *PARAGRAPHS]))
    assert (cleaned.author, cleaned.body) == (author, "\n".join(PARAGRAPHS))
    assert [removed.reason for removed in cleaned.removed] == ["author", "date"]


def test_hijri_date_under_the_headline() -> None:
    line = "الأحد 25 جمادى الأولى 1445"
    cleaned = page("\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", line, *PARAGRAPHS]))
    assert (cleaned.published, cleaned.body) == (Published("2023-12-10"), "\n".join(PARAGRAPHS))
    assert [(removed.text, removed.reason) for removed in cleaned.removed] == [(line, "date")]
    beside = page("\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", line, "11 ديسمبر 2023", *PARAGRAPHS]))
    assert beside.published == Published("2023-12-11")


def test_a_banner_above_the_menu() -> None:
    banner = "نهتم براحتكم هنا، وبالضغط على الزر تقبلون ما كتبناه في الصفحة."
    menu = ["موافق", "الجزائر", "العالم", "رياضة", "مجتمع"]
    cleaned = page("\n".join([banner, *menu, "تأجيل أشغال الجسر الكبير أسبوعين", "14 مارس 2023", *PARAGRAPHS]))
    assert (cleaned.title, cleaned.body) == ("تأجيل أشغال الجسر الكبير أسبوعين", "\n".join(PARAGRAPHS))


def test_key_words_without_heading() -> None:
    tags = ["أشغال الجسر", "الأمطار", "العمال"]
    text = "\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", *PARAGRAPHS, *tags, "مقالات ذات صلة", "وزير المالية يستقيل"])
    assert [removed.text for removed in page(text).removed if removed.reason == "tags"] == tags


@pytest.mark.parametrize("end", ["\u2028", "\x85", "\u2029", "\r"])
def test_other_line_ends(end: str) -> None:
    cleaned = page(end.join(["تأجيل أشغال الجسر الكبير أسبوعين", *PARAGRAPHS]))
    assert (cleaned.title, cleaned.body) == ("تأجيل أشغال الجسر الكبير أسبوعين", "\n".join(PARAGRAPHS))
