# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests which articles are copies and which are not: formulas, shared background, round-ups, numbers, dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.article import Article, Published, article_id
from indexer.engine.copies import quantities
from indexer.engine.copies.compared_text import ComparedText, Rarity
from indexer.engine.copies.judging import CLOSE_DAYS, DAYS, Verdict, judge

DAY = date(2021, 5, 4)

BRIDGE = """افتتح محافظ الضفتين جاسم الهلالي جسر السنابل الذي يربط حي الزيتون بسوق الفواخير، بعد أعمال
استغرقت ثلاثين شهرا وكلفت 1,489 مليون دينار. وقال المهندس رائد القطان، مدير المشروع، إن الجسر يتسع لأربعة
مسارات ويخفف الزحام عن مدخل المدينة الشمالي. وحضر الافتتاح عدد من أعضاء المجلس البلدي وأصحاب المتاجر
المجاورة الذين شكوا طويلا من إغلاق الطريق. وأضاف القطان أن إنارة الجسر تعمل بألواح شمسية ركبها طلاب
المعهد التقني، وأن ممرا للدراجات سيضاف قبل نهاية الخريف. وطالب سكان حي الزيتون بتشجير الأرصفة وبمواقف
للحافلات قرب المدرسة، ووعد المحافظ بدراسة الطلب مع الدائرة الهندسية."""

TELEGRAM = """بعث رئيس جمهورية السهول منصور الطيب برقية تهنئة إلى {ruler} {country} بمناسبة ذكرى اليوم
الوطني لبلاده. وأعرب الرئيس باسمه وباسم شعب وحكومة السهول عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة
لفخامته، ولحكومة وشعب {country} الصديق المزيد من التقدم والازدهار. كما بعث نائب الرئيس عماد الراوي برقية
تهنئة مماثلة إلى {ruler} {country}، عبر فيها عن تمنياته لفخامته بموفور الصحة والسعادة، ولشعب {country}
الصديق اطراد التقدم والازدهار."""

FLOOD = """وكانت مياه الوادي قد غمرت قرية الطواحين يوم الأحد وجرفت جسرا خشبيا وعشرات خلايا النحل، بحسب
الدفاع المدني. وأجلت فرق الإنقاذ أربعين أسرة إلى مدرسة القرية، ووزعت عليها بطانيات وأغطية وطعاما. وتشهد
المنطقة أمطارا لم تعرفها منذ عقدين، وسط تحذيرات من انهيارات في التلال المطلة على الطريق الساحلي. وتقول
دائرة الأرصاد إن المنخفض ينحسر تدريجيا."""

ITEM = """وقعت شركة الأشرعة عقدا مع ميناء المرجان لصيانة ثلاث رافعات عملاقة تعطلت منذ الشتاء، وتستمر
الأعمال خمسة أسابيع. وقال قبطان الميناء ناجي البحري إن السفن ستحول إلى الرصيف الغربي في تلك المدة."""

OTHERS = """أعلن مصرف الواحة توزيع أرباح نقدية على مساهميه بعد عام من تعليقها، وارتفع سهمه في التداولات.
وقررت هيئة الأسواق تمديد ساعات التداول نصف ساعة. وباعت مزارع النخيل في وادي العقيق محصولها كله قبل موسم
الجني، وقال تاجر إن الطلب يأتي من الخارج. وتدرس شركة القوافل شراء عشرين شاحنة كهربائية. وافتتحت غرفة
التجارة دورة لصغار المصدرين، وأعلنت نقابة الصاغة عن معرض للفضة في الخريف. """

LEADS = (
    """اتهمت نقابة المزارعين وزيرة الري سلوى الكيال بإهمال السدود الترابية، وطالبت بلجنة تحقيق برلمانية
مستقلة تنشر محاضرها. وقال النقيب فاروق الدباغ إن المزارعين أنذروا الوزارة مرارا بتشقق الحاجز الشرقي ولم
يجبهم أحد. """,
    """تبرع نادي الينابيع لكرة السلة بعائدات مباراته المقبلة للمتضررين، وأعلن قائده هيثم البارودي حملة
لجمع معاطف الأطفال. وتبدأ الحملة من صالة النادي وتنضم إليها فرق الجامعة والكشافة والمتطوعون من أحياء
العاصمة. """,
)


def article(body: str, when: date | None = DAY, source: str = "", title: str = "خبر") -> Article:
    published = Published(when.isoformat()) if when else None
    return Article(article_id(source + body), title, body, "/a", source, published=published)


@pytest.fixture(scope="module")
def rarity(analyser: Analyser) -> Rarity:
    return Rarity(analyser.lexicon)


class DatedJudge:
    def __init__(self, analyser: Analyser, rarity: Rarity) -> None:
        self._analyser, self._rarity = analyser, rarity

    def __call__(self, one: Article, other: Article) -> Verdict:
        dates = [each.published.start() for each in (one, other) if each.published]
        days = abs((dates[0] - dates[1]).days) if len(dates) == 2 else None
        first, second = (ComparedText(each, self._analyser, self._rarity) for each in (one, other))
        verdict = judge(first, second, days).verdict
        assert judge(second, first, days).verdict == verdict, "the order does not matter"
        return verdict


@pytest.fixture
def verdict(analyser: Analyser, rarity: Rarity) -> DatedJudge:
    return DatedJudge(analyser, rarity)


@pytest.mark.parametrize(
    "edited",
    [
        BRIDGE,
        "الضفتان (وكالات) - " + BRIDGE,
        BRIDGE.partition("وأضاف القطان")[0],
        BRIDGE.replace("وقال المهندس", "وأوضح المهندس").replace("وطالب", "وناشد").replace("وحضر", "وشارك في"),
        BRIDGE.replace("القطان", "القطّان").replace("الهلالي", "الهلالى").replace("ة ", "ه "),
        BRIDGE + " وكان الجسر القديم قد أغلق بعد حادث شاحنة، ثم هدم.",
    ],
)  # fmt: skip
def test_edited_texts_are_copies(verdict: DatedJudge, edited: str) -> None:
    assert verdict(article(BRIDGE), article(edited)) >= Verdict.ALIKE
    assert verdict(article(BRIDGE, None), article(edited)) >= Verdict.ALIKE, "a date that is missing tells nothing"


@pytest.mark.parametrize("number", ["1.489", "1489", "١٤٨٩", "١٬٤٨٩", "1,489.0"])
def test_a_number_is_the_same_however_it_is_written(verdict: DatedJudge, number: str) -> None:
    assert verdict(article(BRIDGE), article(BRIDGE.replace("1,489", number))) == Verdict.CLOSE


RULERS = (
    ("الرئيس ألفونسو كاردوزا", "باراغواي"),
    ("الملك تيهو الرابع", "تونغا"),
    ("الرئيسة ماريا زاركوفا", "سلوفينيا"),
    ("الرئيس بكاري ديالو", "غامبيا"),
    ("السلطان حمود البوسعدي", "بروناي"),
)


@pytest.mark.parametrize("one", RULERS)
@pytest.mark.parametrize("other", RULERS)
def test_a_formula_with_another_name_is_no_copy(
    verdict: DatedJudge, one: tuple[str, str], other: tuple[str, str]
) -> None:
    texts = [article(TELEGRAM.format(ruler=ruler, country=country)) for ruler, country in (one, other)]
    assert (verdict(*texts) >= Verdict.ALIKE) is (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الأسهم 3,210 والذهب 1,812 والنفط 74.5 والفضة 27.3", "الأسهم 3,345 والذهب 1,799 والنفط 76.1 والفضة 26.2"),
        ("سجلت 214 إصابة و17 وفاة وتعافي 133 بعد 4,120 فحصا", "سجلت 388 إصابة و21 وفاة وتعافي 207 بعد 6,310 فحوص"),
    ],
)  # fmt: skip
def test_a_formula_with_other_numbers_is_no_copy(verdict: DatedJudge, one: str, other: str) -> None:
    frame = "أعلنت الدائرة في نشرتها: {} بحسب ما ورد إليها من فروعها حتى ساعة الإغلاق، ودعت الجميع إلى الصبر والهدوء."
    assert verdict(article(frame.format(one)), article(frame.format(other))) == Verdict.APART
    assert verdict(article(frame.format(one)), article(frame.format(one))) == Verdict.CLOSE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("مساء الاثنين", "مساء الخميس", False),
        ("مساء الاثنين", "مساء يوم الإثنين", True),
        ("في الجولة الثالثة", "في الجولة السابعة", False),
        ("في الجولة الثالثة", "في الجولة الثالثة عشية اليوم", True),
        ("في كانون الأول", "في تشرين الثاني", True),
    ],
)
def test_another_weekday_or_ordinal_in_the_lead_is_another_event(
    verdict: DatedJudge, one: str, other: str, same: bool
) -> None:
    texts = [article(f"يلتقي الفريقان {when}. " + BRIDGE) for when in (one, other)]
    assert (verdict(*texts) >= Verdict.ALIKE) is same


@pytest.mark.parametrize("sources", [("أ", "أ"), ("أ", "ب")])
def test_a_shared_background_makes_no_copies(verdict: DatedJudge, sources: tuple[str, str]) -> None:
    texts = [article(lead + FLOOD, source=source) for lead, source in zip(LEADS, sources, strict=True)]
    assert verdict(*texts) == Verdict.APART
    older = article(FLOOD, source=sources[1])
    assert verdict(texts[0], older) == Verdict.APART, "background from earlier news is repeated whole"


def test_an_item_of_a_round_up_is_no_copy_of_the_round_up(verdict: DatedJudge) -> None:
    assert verdict(article(ITEM), article(OTHERS + ITEM)) == Verdict.APART
    assert verdict(article(ITEM), article(ITEM + " " + ITEM.replace("ناجي", "القبطان ناجي"))) >= Verdict.ALIKE


@pytest.mark.parametrize(("days", "same"), [(0, True), (DAYS, True), (DAYS + 1, False), (400, False)])
def test_articles_with_distant_dates_are_no_copies(verdict: DatedJudge, days: int, same: bool) -> None:
    edited = BRIDGE.replace("استغرقت", "دامت").replace("ويخفف الزحام عن", "وينهي الازدحام عند").split()
    other = " ".join([*edited[:9], "أمس", "رسميا", *edited[12:40], *edited[48:70], "كما", "يقول", *edited[74:]])
    assert (verdict(article(BRIDGE), article(other, DAY + timedelta(days))) >= Verdict.ALIKE) is same


@pytest.mark.parametrize(("days", "same"), [(DAYS + 1, True), (CLOSE_DAYS, True), (CLOSE_DAYS + 1, False)])
def test_nearly_equal_texts_may_have_distant_dates(verdict: DatedJudge, days: int, same: bool) -> None:
    assert (verdict(article(BRIDGE), article(BRIDGE, DAY + timedelta(days))) >= Verdict.ALIKE) is same


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1489", "1489"),
        ("1.489", "1489"),
        ("1.489.300", "1489300"),
        ("1.340.7", "1340.7"),
        ("0.489", "0.489"),
        ("12.50", "12.5"),
        ("15.00", "15"),
        ("007", "7"),
        ("115.2 مليون", "115200000 مليون"),
        ("3 الاف كيلو", "3000 الاف كيلو"),
        ("7.0387 مليار", "7038700000 مليار"),
        ("الف 3", "الف 3"),
        ("2.", "2"),
        ("كوفيد 19 مليون", "كوفيد 19000000 مليون"),
        ("", ""),
    ],
)
def test_numbers_are_read(text: str, read: str) -> None:
    assert quantities.read(text.split(" ")) == read.split(" ")


@given(st.lists(st.text("0123456789.الف مليون", max_size=30), max_size=8))
def test_reading_numbers_keeps_the_words(words: list[str]) -> None:
    read = quantities.read(words)
    assert len(read) == len(words)
    assert [word for word in read if not quantities.is_number(word)] == [
        word for word in words if not quantities.is_number(word)
    ]


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_is_read_as_the_same_in_all_its_forms(whole: int, cents: int) -> None:
    forms = [str(whole), f"{whole}.0", f"00{whole}", *([f"{whole:,}".replace(",", ".")] if whole >= 1_000 else [])]
    assert {quantities.read([form])[0] for form in forms} == {str(whole)}
    decimal = quantities.read([f"{whole}.{cents:02}"])[0]
    assert float(decimal) == pytest.approx(whole + cents / 100)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_are_judged(analyser: Analyser, one: str, other: str) -> None:
    rarity = Rarity(analyser.lexicon)
    texts = [
        ComparedText(article(body, None, title=title), analyser, rarity) for title, body in ((one, other), (other, one))
    ]
    assert judge(texts[0], texts[1], None) == judge(texts[1], texts[0], None)
    assert judge(texts[0], texts[0], 0).verdict in (Verdict.APART, Verdict.CLOSE)
