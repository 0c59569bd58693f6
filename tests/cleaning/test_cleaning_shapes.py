# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests pages of many layouts: what must be kept, and what must be removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cleaning.test_cleaning import accounts_for_every_line, page
from tests.conftest import ROOT

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

المصدر: وكالات
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
    """Each line of the body is marked by "= " in ``marked``."""
    text = "\n".join(line.removeprefix("= ") for line in marked.split("\n"))
    cleaned = page(text)
    assert cleaned.title == title
    assert cleaned.body.split("\n") == [line[2:] for line in marked.split("\n") if line.startswith("= ")]
    assert (cleaned.category, cleaned.author) == (category, author)
    assert (cleaned.published.value if cleaned.published else None) == published
    assert accounts_for_every_line(text, cleaned)


# Pages of more outlets with labelled lines: T headline, B body, F furniture


def labelled_pages() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for path in sorted((ROOT / "tests" / "golden").glob("pages_*.txt")):
        for entry in path.read_text("utf-8").split("@@ ")[1:]:
            name, *lines = entry.strip().split("\n")
            yield name, [(line[0], line[2:]) for line in lines]


LABELLED = list(labelled_pages())


@pytest.mark.parametrize("spaced", [False, True], ids=["close", "spaced"])
@pytest.mark.parametrize(("name", "lines"), LABELLED, ids=[name for name, _ in LABELLED])
def test_labelled_page(name: str, lines: list[tuple[str, str]], spaced: bool) -> None:
    """No line of the article is lost, the headline is right, and at most two lines of furniture stay."""
    text, before = "", ""
    for label, line in lines:
        text += "\n" if spaced and (label != before or label != "F") else ""
        text += f"{line}\n"
        before = label
    cleaned = page(text)
    assert cleaned.title == "".join(line for label, line in lines if label == "T")
    article = [line for label, line in lines if label == "B"]
    body = cleaned.body.split("\n")
    assert [line for line in article if line not in body] == []
    assert len(body) - len(article) <= 2
    assert accounts_for_every_line(text, cleaned)


def test_labelled_pages_keep_little_furniture() -> None:
    kept = article = 0
    for _, lines in LABELLED:
        body = page("\n".join(line for _, line in lines)).body.split("\n")
        article += sum(label == "B" for label, _ in lines)
        kept += len(body)
    assert len(LABELLED) >= 20
    assert article / kept >= 0.97
