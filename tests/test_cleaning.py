"""Flattened pages become headline, body and removed lines; other records only lose blanks."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.fold import fold
from indexer.article import Published
from indexer.cleaning import Cleaned, clean
from indexer.cleaning.cues import cues, network_words, section_words, sections
from indexer.cleaning.lines import crumbs
from indexer.sources import Record, read
from tests.conftest import ROOT

GOLDEN = [
    entry
    for path in sorted((ROOT / "tests" / "golden").glob("sample_clean_*.json"))
    for entry in json.loads(path.read_text("utf-8"))
]


def page(text: str) -> Cleaned:
    return clean(Record(key="", text=text, flattened=True))


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def accounts_for_every_line(text: str, cleaned: Cleaned) -> bool:
    """Whether headline, body and removed lines are the page's lines, the body's and the removed in its order."""
    lines = lines_of(text)
    body, removed = lines_of(cleaned.body), [line.text for line in cleaned.removed]
    kept = [cleaned.title, *body] if cleaned.title else body
    return sorted(lines) == sorted([*kept, *removed]) and is_part(body, lines) and is_part(removed, lines)


def is_part(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(line in rest for line in part)


# Records that are no pages


def test_a_body_is_left_as_it_is() -> None:
    record = Record(
        key="7",
        text="  الرئيسية\n\nقال  الوزير. \r\nإعلان\n",
        flattened=False,
        title=" عنوان \n الخبر ",
        category="رياضة ",
        author="\tسمير  قصير",
        published="14 آذار 2023",
    )
    assert clean(record) == Cleaned(
        "عنوان الخبر", "الرئيسية\nقال  الوزير.\nإعلان", (), "رياضة", "سمير قصير", Published("2023-03-14")
    )


def test_a_title_is_not_made_up() -> None:
    assert clean(Record(key="", text="قال الوزير إن الجسر جاهز.", flattened=False, published="أمس")) == Cleaned(
        "", "قال الوزير إن الجسر جاهز."
    )


# The seeds: real pages


def seed(shared: Path, name: str) -> tuple[Cleaned, list[str]]:
    (record,) = read(shared / "seeds" / name, max_bytes=1 << 20)
    assert isinstance(record, Record)
    cleaned = clean(record)
    assert accounts_for_every_line(record.text, cleaned)
    return cleaned, lines_of(record.text)


def test_first_seed(shared: Path) -> None:
    cleaned, lines = seed(shared, "000_b7d5ac79bd800930.txt")
    assert cleaned.title == "بغداد وواشنطن تبحثان انهاء الدور القتالي لقوات التحالف في العراق"
    assert (cleaned.category, cleaned.author, cleaned.published) == ("عربي ودولي", "", None)
    assert cleaned.body.split("\n") == lines[5:15]
    assert [(line.reason, line.text) for line in cleaned.removed] == [
        ("menu", "ar Arabic"),
        ("menu", "ar Arabicen Englishde German"),
        ("menu", "Connect with us"),
        ("category", "عربي ودولي"),
        ("continue", "اكمل القراءة"),
        ("ad", "Advertisement"),
        ("comments", "اضغط للتعليق"),
        ("comments", "أترك تعليقاً"),
        ("comments", "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *"),
    ]


def test_second_seed(shared: Path) -> None:
    cleaned, lines = seed(shared, "002_e48bfdb0103543fe.txt")
    assert cleaned.title == lines[0] == "قاسم الأعرجي يؤكد حرص العراق على تنفيذ قرار انسحاب القوات الأميركية"
    assert (cleaned.category, cleaned.author, cleaned.published) == ("", "", None)
    links = [line for line in lines if line.startswith("للقراءة أو الاستماع")]
    assert len(links) == 2
    body = cleaned.body.split("\n")
    assert body == [line for line in lines[2:-2] if line not in links]
    for heading in (
        "قاسم الأعرجي: قادرون على دحر الإرهاب",
        "لا قواعد لدى القوات الأميركية",
        "مخرجات الحوار الاستراتيجي",
        "الحوار في عهدين أميركيين",
    ):
        assert heading in body
    assert "#عين_الأسد" in cleaned.body
    assert [line.reason for line in cleaned.removed] == [
        "duplicate",
        "crosslink",
        "crosslink",
        "newsletter",
        "newsletter",
    ]


# The sample archive


def test_the_golden_list_is_there() -> None:
    assert len(GOLDEN) >= 50


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: str(golden["path"]))
def test_sample(golden: dict[str, Any]) -> None:
    (record,) = read(ROOT / "sample" / golden["path"], max_bytes=1 << 20)
    assert isinstance(record, Record)
    cleaned = clean(record)
    assert cleaned.title == golden["title"]
    assert cleaned.category == (golden["category"] or "")
    assert cleaned.author == (golden["author"] or "")
    # The list gives days; where a page states the hour too, the value goes on after the day.
    assert (cleaned.published.value[:10] if cleaned.published else None) == golden["published"]
    assert cleaned.body.split("\n") == golden["body"]
    assert accounts_for_every_line(record.text, cleaned)


# Pages of other shapes: what must be kept, and all that must go

WORDPRESS = """
تخطي إلى المحتوى
الأحد, مارس 12, 2023
من نحن
اتصل بنا
Facebook
Twitter
القائمة
وكالة الساحل للأنباء
الرئيسية
محليات
عربي ودولي
اقتصاد وأعمال وأسواق المال
رياضة

الرئيسية » رياضة » كرة القدم » المنتخب يتأهل إلى النهائيات بعد فوز صعب على ضيفه

المنتخب يتأهل إلى النهائيات بعد فوز صعب على ضيفه

كتب محمد علي حسن
12/03/2023 09:15 مساءً
0 تعليق 1,234 مشاهدة
فيسبوك تويتر واتساب تيليجرام طباعة

= تأهل المنتخب الوطني إلى النهائيات بعد فوزه على ضيفه بهدفين مقابل هدف، في مباراة أقيمت مساء اليوم على ملعب المدينة.

= شوط أول متكافئ

= وسجل الهدفين اللاعب سمير الجندي في الدقيقتين 20 و75، فيما سجل الضيف هدفه الوحيد من ركلة جزاء.

اقرأ أيضًا

الاتحاد يحدد موعد قرعة الدوري الممتاز

= وقال المدرب بعد المباراة: «اللاعبون قدموا كل ما عندهم، والجمهور كان اللاعب رقم 12».

شاهد أيضاً: أهداف المباراة كاملة

= (وكالات)

الوسوم: المنتخب، كرة القدم
شارك هذا الموضوع:
فيسبوك
تويتر

مواضيع ذات صلة

القبض على متهمين بسرقة سيارة في وسط المدينة
وزير المالية: لا ضرائب جديدة هذا العام

أضف تعليقك
الاسم *
البريد الإلكتروني *
لن يتم نشر عنوان بريدك الإلكتروني.
جميع الحقوق محفوظة لوكالة الساحل للأنباء © 2023
تصميم وبرمجة شركة النور
"""

WITHOUT_BLANK_LINES = """
الرئيسية
أخبار مصر
حوادث
محافظات
فن
رياضة
اتصل بنا
حوادث
ضبط تشكيل عصابي لسرقة الهواتف فى المعادى
الأحد، 14 مايو 2023 11:20 ص
كتب - أحمد الجندى
= تمكنت مباحث المعادى من ضبط تشكيل عصابى تخصص فى سرقة الهواتف المحمولة من المواطنين.
= وكشفت التحريات أن المتهمين ارتكبوا 12 واقعة بالأسلوب نفسه خلال شهر واحد.
إعلان
اقرأ أيضا
ضبط عاطل بحوزته مواد مخدرة فى الجيزة
= حبس المتهمين
= وأمرت النيابة العامة بحبس المتهمين 4 أيام على ذمة التحقيقات.
الأكثر قراءة
الأرصاد: طقس حار نهارا على القاهرة الكبرى
سعر الذهب اليوم فى الصاغة
"""

OPINION = """
جريدة يومية سياسية
الأخبار الرئيسية | لبنان | سوريا | العالم | اقتصاد | ثقافة وناس | رأي

رأي

في مديح الانتظار الطويل على الحدود

بقلم: نجيب الحلبي | الإثنين 6 شباط 2023

= لا أحد يحب الانتظار، لكنّ الذين يقفون على الحدود يعرفون أنّ الوقت هناك ليس وقتاً واحداً.

= كلّ مسافر يحمل ساعته الخاصة، وكلّ حارس يملك أن يوقفها.

للمشاركة:
#لبنان #حدود #مقالات
من ملف : حدود مفتوحة
مقالات مشابهة
ليل بيروت الطويل
"""

WITH_READERS = """
العالم

زلزال بقوة 6 درجات يضرب جزيرة نائية دون خسائر

نُشر: 3 تشرين الأول/أكتوبر 2022 - 07:05 بتوقيت غرينتش
آخر تحديث: 4 تشرين الأول/أكتوبر 2022 - 10:00

وقت القراءة: 2 دقيقة

= ضرب زلزال بلغت قوته ست درجات على مقياس ريختر جزيرة نائية في المحيط الهادئ، بحسب هيئة المسح الجيولوجي.

= ولم ترد تقارير عن إصابات أو أضرار، فيما أكدت السلطات المحلية عدم وجود خطر حدوث موجات مد بحري.

= وكانت الجزيرة قد تعرضت لزلزال مماثل قبل عامين، لم يسفر هو الآخر عن سقوط ضحايا بين السكان.

تعليقات القراء (2)

أبو سالم

الحمد لله على سلامة الجميع هناك، والشكر للسلطات.

سعاد

نسأل الله اللطف بعباده في كل مكان.

اكتب تعليقك
الاسم
"""

SECTION_BEFORE_DATE = """
شبكة الضفة
أنت هنا: الرئيسية › اقتصاد
14 آذار/مارس 2023
خاص
أسعار الخبز تعود إلى ما كانت عليه قبل الأزمة
أسعار الخبز تعود إلى ما كانت عليه قبل الأزمة - شبكة الضفة
إعداد: ليلى منصور - رام الله
= عادت أسعار الخبز في المدن الكبرى إلى ما كانت عليه قبل الأزمة، وفق ما أعلنت نقابة المخابز.
= ورحب المستهلكون بالقرار الذي يدخل حيز التنفيذ يوم الأحد المقبل.
لمتابعة آخر الأخبار انضموا إلى قناتنا على تيليغرام.
اشترك في نشرتنا البريدية
"""

SHORT_HEADLINE = """
الرئيسية
مجتمع
رياضة
اتصل بنا

نشرة الأحوال

طقس الجمعة

2016/12/09

= يتميز الطقس بظهور سحب عامة قليلة تكون أكثر كثافة بالمناطق الغربية بعد الظهر مع أمطار متفرقة.
"""

TRAPS = """
شارك أكثر من مئة طبيب في مؤتمر القلب بالكويت

= شارك أكثر من 100 طبيب في مؤتمر القلب الذي استضافته الكويت أمس، وناقشوا فيه أحدث وسائل العلاج.

= تعليق الدراسة

= وقررت الوزارة تعليق الدراسة يوم الأحد بسبب سوء الأحوال الجوية المتوقعة في معظم المناطق.

= إعلان النتائج

= وجرى إعلان النتائج على الموقع الإلكتروني، وتابعنا ردود الفعل مع عدد من الطلاب وأهاليهم.

= 14 مارس 2023

= اشترك في المسيرة آلاف المواطنين، ورفعوا لافتات تدعو إلى المزيد من فرص العمل.

= المزيد من الضغوط

= كتبت الصحف أن الأزمة لن تنتهي قريباً، وأن التعليقات على القرار كانت غاضبة.

= رياضة

= شاهد عشرات الآلاف المباراة، وقالت الحكومة إنها ستحمي جميع الحقوق المكتسبة للجماهير.

= الموقع

= يقع الملعب على بعد كيلومترين من وسط المدينة، ويمكن الوصول إليه سيراً على الأقدام.

= علامات التعب

= بدت علامات التعب على اللاعبين في الشوط الثاني، ولم يسجل أي منهم هدفاً.

= المصدر: وكالات
"""

SHAPES: list[tuple[str, str, str, str, str | None]] = [
    (WORDPRESS, "المنتخب يتأهل إلى النهائيات بعد فوز صعب على ضيفه", "رياضة", "محمد علي حسن", "2023-03-12T21:15:00"),
    (WITHOUT_BLANK_LINES, "ضبط تشكيل عصابي لسرقة الهواتف فى المعادى", "حوادث", "أحمد الجندى", "2023-05-14T11:20:00"),
    (OPINION, "في مديح الانتظار الطويل على الحدود", "رأي", "نجيب الحلبي", "2023-02-06"),
    (WITH_READERS, "زلزال بقوة 6 درجات يضرب جزيرة نائية دون خسائر", "العالم", "", "2022-10-03T07:05:00+00:00"),
    (SECTION_BEFORE_DATE, "أسعار الخبز تعود إلى ما كانت عليه قبل الأزمة", "اقتصاد", "ليلى منصور", "2023-03-14"),
    (SHORT_HEADLINE, "طقس الجمعة", "نشرة الأحوال", "", "2016-12-09"),
    (TRAPS, "شارك أكثر من مئة طبيب في مؤتمر القلب بالكويت", "", "", None),
]


@pytest.mark.parametrize(
    ("marked", "title", "category", "author", "published"), SHAPES, ids=[title for _, title, *_ in SHAPES]
)
def test_shapes(marked: str, title: str, category: str, author: str, published: str | None) -> None:
    """``marked`` has "= " before each line of the body."""
    text = "\n".join(line.removeprefix("= ") for line in marked.split("\n"))
    cleaned = page(text)
    assert cleaned.title == title
    assert cleaned.body.split("\n") == [line[2:] for line in marked.split("\n") if line.startswith("= ")]
    assert (cleaned.category, cleaned.author) == (category, author)
    assert (cleaned.published.value if cleaned.published else None) == published
    assert accounts_for_every_line(text, cleaned)


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
def test_furniture_in_the_midst_of_an_article(line: str, reason: str) -> None:
    cleaned = page("\n\n".join(["تأجيل أشغال الجسر الكبير أسبوعين", PARAGRAPHS[0], line, PARAGRAPHS[1]]))
    assert cleaned.body == "\n".join(PARAGRAPHS)
    assert [(removed.text, removed.reason) for removed in cleaned.removed] == [(line, reason)]


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("نُشر في: ١١ يناير ٢٠٢٢ - ٠٢:٢٠ م", "2022-01-11T14:20:00"),
        ("الثلاثاء 16 ماي 2023 - 14:20", "2023-05-16T14:20:00"),
        ("آخر تحديث: 16 ماي 2023", None),
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


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
def test_real_articles_lose_nothing(shared: Path, joint: str) -> None:
    """Headline and body of real articles, and nothing else, for a page: whatever is removed is a loss.

    Two of all 9,961 lose a line each: "- الإعلانات" in a list, and "فيديو :" before a film that the text has lost.
    """
    lost = []
    articles = ant(shared)[::3]
    for title, body in articles:
        cleaned = page(joint.join([title, *body]))
        assert cleaned.title == title
        lost += [line.text for line in cleaned.removed if line.text != title]
    assert set(lost) <= {"- الإعلانات", "فيديو :"}
    assert len(articles) > 3_300


@cache
def ant(shared: Path) -> list[tuple[str, list[str]]]:
    with gzip.open(shared / "data" / "ant_v1.1.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        articles = [json.loads(line) for line in lines]
    found = ((" ".join((article["title"] or "").split()), lines_of(article["body"] or "")) for article in articles)
    return [(title, body) for title, body in found if title and body]


# Any page at all

LINES = st.one_of(
    st.text(max_size=60).filter(lambda text: "\n" not in text),
    st.sampled_from(
        [
            "", "", "الرئيسية", "رياضة", "الرئيسية » رياضة", "اقرأ أيضا", "مقالات ذات صلة", "التعليقات (3)", "الاسم",
            "كتب: سمير قصير", "14 مارس 2023", "آخر تحديث: 14 مارس 2023", "تأجيل أشغال الجسر الكبير أسبوعين",
            "طقس الجمعة", "إعلان",
            "تأجيل أشغال الجسر الكبير أسبوعين - ساحل برس", "اشترك في نشرتنا البريدية", "ساحل برس، جميع الحقوق محفوظة",
            "#وسم", "---", "English", "شارك على فيسبوك تويتر", "تعليقات القراء (2)", *PARAGRAPHS,
        ]
    ),
)  # fmt: skip


@given(st.lists(LINES, max_size=30).map("\n".join))
def test_every_line_is_accounted_for(text: str) -> None:
    cleaned = page(text)
    assert accounts_for_every_line(text, cleaned)
    assert all(line.reason and line.reason not in ("title", "body", "readers") for line in cleaned.removed)


@given(st.text())
def test_never_raises(text: str) -> None:
    for flattened in (True, False):
        clean(Record(text, text, flattened, text, text, text, text, text, text))


def test_a_page_of_many_lines_takes_linear_time() -> None:
    for line in (
        "رياضة",
        "اقرأ أيضا",
        "الاسم",
        "تأجيل أشغال الجسر الكبير أسبوعين",
        "14 مارس 2023",
        PARAGRAPHS[0],
        "«" * 20,
    ):
        text = f"{line}\n" * 5_000 + f"\n{line}" * 10 + PARAGRAPHS[1]
        assert accounts_for_every_line(text, page(text))
    assert page("كلمة، " * 200_000).body


# The lists


def test_lists_are_as_folding_leaves_them() -> None:
    table = cues()
    networks = network_words()
    words = {
        word
        for cues_ in (table.beginning, table.inside)
        for found in cues_.values()
        for cue in found
        for word in cue.words
    }
    assert len(words) > 500
    words |= {word for name in sections() for word in name} | section_words()
    words |= networks.names | networks.around | networks.inviting
    assert {word for word in words if fold(word) != word} == set()


@pytest.mark.parametrize("name", ["cues.txt", "sections.txt", "networks.txt", "months.txt"])
def test_lists_repeat_nothing(name: str) -> None:
    lines = (files("indexer.cleaning") / name).read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith(("#", "["))]
    assert sorted(set(entries)) == sorted(entries)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("الرئيسية » رياضة", ("رياضة",)),
        ("الرئيسية / وطنية", ("وطنية",)),
        ("الرئيسية/وطنية", ("وطنية",)),
        ("Home > Sport > كرة القدم", ("Sport", "كرة القدم")),
        ("أنت هنا: الرئيسية › اقتصاد", ("اقتصاد",)),
        ("رياضة » كرة القدم", ("رياضة", "كرة القدم")),
        ("«خط الساحل».. حافلات كهربائية بين جونيه وجبيل", ()),
        ("لبنان / سوريا: مباحثات جديدة", ()),
        ("الرئيسية | سياسة | اقتصاد | رياضة", ()),
        ("الرئيسية", ()),
    ],
)
def test_breadcrumbs(text: str, parts: tuple[str, ...]) -> None:
    assert crumbs(text) == parts
