"""Every text of the interface, in Arabic, and how numbers and dates are said in it.

Templates and presenters take their words from here and from nowhere else, so that a second language is a second such
module. Texts hold no HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from indexer.article import Published

LANGUAGE = "ar"
DIRECTION = "rtl"

SITE = "فهرست"
TAGLINE = "بحثٌ في أرشيف الأخبار العربية"
SKIP = "إلى المحتوى"
SEARCH = "ابحث"
SEARCH_LABEL = "ابحث في الأرشيف"
EXPANSIONS = {
    "variant": "صيغ أخرى",
    "synonym": "مرادف",
    "month": "اسم الشهر",
    "spelling": "إملاء",
    "relaxed": "تيسير",
    "operator": "أداة بحث",
}
WHY = "لماذا هذه النتيجة؟"
WHY_ALL = "بيِّن سبب كلّ نتيجة"
WHY_FORMS = {
    "typed": "كما كُتبت",
    "spelling": "برسم آخر",
    "form": "بصيغة أخرى",
    "phrase": "بنصّها",
    "prefix": "في أوّل الكلمة",
    "other": "باسم آخر",
}
WHY_FIELDS = {"title": "العنوان", "lead": "المقدّمة", "body": "المتن"}
WHY_NEIGHBOURS = "كلمات متجاورة كما في البحث:"
WHY_FULL = "يضمّ المقال كلّ كلمات البحث."
WHY_PART = "يضمّ المقال بعض كلمات البحث."
WHY_RECENT = "حداثة المقال ترفع ترتيبه."
WHY_SIMILAR = "فيه كلمات قريبة الحروف من كلمات البحث."
MEANT = "هل تقصد:"
AS_A_WORD = "اقرأها كلمةً"
CORRECTED = "لا مقال يضمّ كلّ ما كتبته، وهذه نتائج:"
AS_TYPED = "ابحث عمّا كتبته حرفياً:"
LOOSENED = "لا مقال يطابق بحثك بنصّه، فبُحث عن كلماته في أيّ صيغة وموضع."
DROPPED = "لا ترد في الأرشيف:"
EXPANDED = "وُسِّع البحث ليشمل:"
ALL_FORMS = "الصيغ الأخرى لكلماتك"
WITHOUT = "بلا توسيع"
SEARCH_HINT = "كلمات أو «عبارة بنصّها»"

SORT = "ترتيب النتائج"
SORTS = {"relevance": "الأقرب صلةً", "newest": "الأحدث", "oldest": "الأقدم"}
FILTERS = "التصفية"
TO_FILTERS = "صفِّ النتائج"
ACTIVE_FILTERS = "التصفية المختارة"
REMOVE = "أزِل"
CLEAR = "أزِل الكلّ"
FACETS = {"source": "المصدر", "category": "القسم", "year": "السنة"}
MORE = "المزيد"
FROM = "من"
TO = "إلى"
PERIOD = "الفترة"
APPLY = "طبِّق"
MATCH = "المطابقة"
MATCHES = {"auto": "كلّ الكلمات، ثمّ بعضها إن قلّت النتائج", "all": "كلّ الكلمات حتماً", "any": "أيّ كلمة منها"}
COLLAPSE = "النُّسخ"
EVERY_COPY = "كلّ نسخة نتيجةً على حدة"
EXACT = "الكلمات كما كُتبت، بلا مشتقّاتها"
READ_AS = "قُرئ بحثك هكذا:"
PAGES = "صفحات النتائج"
PAGE = "صفحة"
PREVIOUS = "السابقة"
NEXT = "التالية"
UNTITLED = "مقال بلا عنوان"
UNDATED = "بلا تاريخ"
ORIGINAL = "الأصل"

NEWEST = "أحدث المقالات"
EMPTY_ARCHIVE = "نُشر فهرسه ولا مقال فيه بعد."
NOTHING_HELP = "جرِّب ما يلي:"
NOTHING_TRIES = (
    "تحقّق من الإملاء؛ ولا حاجة إلى الحركات ولا الهمزات.",
    "استعمل كلمات أقلّ أو أعمّ، أو احذف علامات الاقتباس.",
    "اكتب الاسم بصورة أخرى، أو اكتفِ باللقب.",
)
NOTHING_UNFILTERED = "ابحث في الأرشيف كلّه بلا تصفية"
NOTHING_ANY = "ابحث عن أيّ كلمة من كلمات بحثك"
NOTHING_INEXACT = "اقبل مشتقّات الكلمات أيضاً"

BACK = "العودة إلى النتائج"
HOME = "صفحة البحث"
HITS = "مواضع المطابقة"
NO_HITS = "لا يضمّ نصّ المقال كلمات البحث."
HIT = "الموضع"
READ_ORIGINAL = "المقال في موقعه الأصلي"
PERMALINK = "الرابط الدائم"
SOURCE = "المصدر"
CATEGORY = "القسم"
AUTHOR = "الكاتب"
DATE = "التاريخ"
COPIES = "نُسخ من هذا المقال"
COPIES_HELP = "مقالات تكاد تطابقه، نشرتها مصادر أخرى أو نُشرت ثانيةً."
DIFFERENCES = "الفروق"
DIFFERENCES_HELP = "ما زادته النسخة المختارة عليه، وما حُذف منها."
CHANGES = {"added": "[زيد:]", "removed": "[حُذف:]"}
SIMILAR = "مقالات مشابهة"
REMOVED = "أسطر حُذفت من الصفحة لأنها ليست من نصّ المقال"
REMOVED_REASONS = {
    "ad": "إعلان",
    "app": "دعوة إلى تطبيق",
    "author": "اسم الكاتب",
    "breadcrumb": "مسار التصفّح",
    "caption": "تعليق الصورة",
    "category": "اسم القسم",
    "comments": "نموذج التعليق",
    "continue": "«اقرأ المزيد»",
    "cookies": "إشعار ملفات الارتباط",
    "copyright": "حقوق النشر",
    "crosslink": "إحالة إلى مقال آخر",
    "date": "تاريخ النشر",
    "duplicate": "تكرار العنوان",
    "label": "وسم فوق العنوان",
    "menu": "قائمة تنقّل",
    "markup": "من إطار الصفحة",
    "meter": "عدّاد القراءة",
    "newsletter": "نشرة بريدية",
    "ornament": "زخرف",
    "readers": "تعليقات القرّاء",
    "related": "مقالات أخرى",
    "repeated": "سطر يتكرّر في مقالات المصدر",
    "source": "مصدر الخبر",
    "share": "دعوة إلى المشاركة",
    "tags": "كلمات مفتاحية",
}

MONTHS = (
    "كانون الثاني/يناير",
    "شباط/فبراير",
    "آذار/مارس",
    "نيسان/أبريل",
    "أيار/مايو",
    "حزيران/يونيو",
    "تموز/يوليو",
    "آب/أغسطس",
    "أيلول/سبتمبر",
    "تشرين الأول/أكتوبر",
    "تشرين الثاني/نوفمبر",
    "كانون الأول/ديسمبر",
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun in the forms that Arabic numbers govern, named as the Unicode plural rules name them.

    ``before`` is a word that stands before the number; where no number stands, the form holds it itself.
    """

    zero: str
    one: str
    two: str
    few: str
    many: str
    other: str
    before: str = ""

    def count(self, number: int) -> str:
        """``number`` of it: «لا نتائج», «نتيجة واحدة», «نتيجتان», «3 نتائج», «11 نتيجة», «100 نتيجة»."""
        if number <= 2:
            return (self.zero, self.one, self.two)[number]
        last = number % 100
        form = self.few if 3 <= last <= 10 else self.many if last >= 11 else self.other
        return f"{self.before}{number:,} {form}"


COUNTED_RESULTS = Noun("لا نتائج", "نتيجة واحدة", "نتيجتان", "نتائج", "نتيجة", "نتيجة")
COUNTED_ARTICLES = Noun("لا مقالات", "مقال واحد", "مقالان", "مقالات", "مقالاً", "مقال")
FROM_SOURCES = Noun("", "من مصدر واحد", "من مصدرين", "مصادر", "مصدراً", "مصدر", before="من ")
COUNTED_FULL = Noun("لا مقال يطابق", "مقال واحد يطابق", "مقالان يطابقان", "مقالات تطابق", "مقالاً تطابق", "مقال تطابق")
COUNTED_HITS = Noun("لا مواضع", "موضع واحد", "موضعان", "مواضع", "موضعاً", "موضع")
COUNTED_COPIES = Noun("لا نُسخ", "نسخة واحدة", "نسختان", "نُسخ", "نسخة", "نسخة")
COUNTED_LINES = Noun("لا أسطر", "سطر واحد", "سطران", "أسطر", "سطراً", "سطر")


def published(when: Published) -> str:
    """The date as far as it was stated: «2023», «آذار/مارس 2023», «14 آذار/مارس 2023» or «…، 10:45»."""
    start = when.start()
    if when.precision == "year":
        return f"{start.year}"
    if when.precision == "month":
        return month(start)
    if when.precision == "day":
        return day(start)
    return f"{day(start)}، {start:%H:%M}"


def month(when: date) -> str:
    """«آذار/مارس 2023»."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def day(when: date) -> str:
    """«14 آذار/مارس 2023»."""
    return f"{when.day} {month(when)}"


def took(milliseconds: float) -> str:
    """How long a search took: «خلال 0.03 ثانية»."""
    return f"خلال {max(milliseconds, 10) / 1000:.2f} ثانية"


def read_as_operator(word: str) -> str:
    """«ليس» is a word that was read as an operator."""
    return f"قُرئت «{word}» أداةَ بحثٍ لا كلمة."


def relaxed(full: int) -> str:
    """That there are articles which match a part of the query only; ``full`` match all of it.

    True in every order and for any number of articles: by date the two kinds stand mixed, and only one may be left.
    """
    return f"{COUNTED_FULL.count(full)} بحثك كلَّه، {'والباقي' if full else 'وما يلي'} يطابق بعضَه."


def more_copies(copies: int) -> str:
    """That there are so many copies besides what is shown: «+1 نسخة», «+5 نُسخ»."""
    form = COUNTED_COPIES.few if 3 <= copies % 100 <= 10 else COUNTED_COPIES.many
    return f"+{copies:,} {form}"


def compared_in_part(words: int) -> str:
    """That longer texts were compared so far only."""
    return f"قورنت أوّل {words:,} كلمة من النصّين."


def archive_holds(articles: int, sources: int) -> str:
    """What a first visit says of the archive."""
    if not articles:
        return "الأرشيف خالٍ"
    held = f"في الأرشيف {COUNTED_ARTICLES.count(articles)}"
    return f"{held} {FROM_SOURCES.count(sources)}." if sources else f"{held}."


def page_title(*parts: str) -> str:
    """The title of the window, the most particular part first."""
    return " — ".join([*(part for part in parts if part), SITE])


@dataclass(frozen=True, slots=True)
class ProblemText:
    """What an error page says: what happened, and what to do about it."""

    title: str
    advice: str


PROBLEMS = {
    "query_too_long": ProblemText("عبارة البحث طويلة جدّاً", "يُقرأ منها 1,000 حرف على الأكثر؛ اختصرها ثمّ أعد البحث."),
    "invalid_parameter": ProblemText(
        "في عنوان الصفحة قيمة لا تُفهم", "صحِّحها في العنوان، أو ابدأ بحثاً جديداً من المربّع أعلاه."
    ),
    "page_too_deep": ProblemText(
        "لا تُعرض النتائج إلى هذا العمق", "تُعرض أوّل 10,000 نتيجة؛ ضيّق البحث بفترة أو مصدر أو قسم لترى ما بعدها."
    ),
    "page_not_found": ProblemText("ليس لهذا البحث صفحة بهذا الرقم", "نتائجه أقلّ من ذلك؛ عُد إلى صفحتها الأولى."),
    "article_not_found": ProblemText(
        "لا مقال بهذا العنوان", "ربّما أُزيل من الأرشيف أو نُقل إلى موضع آخر فيه. ابحث عنه بعنوانه."
    ),
    "not_found": ProblemText("لا صفحة بهذا العنوان", "تحقّق من العنوان، أو ابحث في الأرشيف من المربّع أعلاه."),
    "method_not_allowed": ProblemText("لا تُطلب هذه الصفحة بهذه الطريقة", "الأرشيف للقراءة فقط؛ ابدأ من صفحة البحث."),
    "uri_too_long": ProblemText("عنوان الصفحة طويل جدّاً", "اختصر عبارة البحث أو أزِل بعض التصفية ثمّ أعد المحاولة."),
    "body_too_large": ProblemText("الطلب أكبر ممّا يُقبل", "ابدأ من صفحة البحث؛ فلا حاجة إلى إرسال بيانات معه."),
    "rate_limited": ProblemText("طلبات كثيرة في وقت قصير", "انتظر قليلاً ثمّ أعد المحاولة."),
    "query_too_slow": ProblemText("طال هذا البحث فأُوقف", "اختصر عبارته، أو ضيّقه بفترة أو مصدر، ثمّ أعد المحاولة."),
    "no_index": ProblemText("لا فهرس للأرشيف بعد", "لم يُنشر فهرسه الأوّل. أعد المحاولة لاحقاً؛ فالصفحة تعمل حالما يُنشر."),
    "index_unavailable": ProblemText("الأرشيف لا يجيب الآن", "في فهرسه خلل سُجّل للمشرف على الموقع. أعد المحاولة لاحقاً."),
    "internal_error": ProblemText(
        "وقع خطأ من جهتنا", "سُجّل الخطأ للمشرف على الموقع. أعد المحاولة، أو ابحث بعبارة أخرى."
    ),
    "bad_request": ProblemText("طلبٌ لا يُفهم", "تحقّق من العنوان، أو ابدأ من صفحة البحث."),
}
PROBLEM_OFFSET = ProblemText("لا نتائج لهذا البحث عند هذا الموضع", "نتائجه أقلّ من ذلك؛ عُد إلى صفحتها الأولى.")
# The isolates keep a date written with hyphens from being turned round by the Arabic before it.
PROBLEM_DATE = (
    "اكتب التاريخ سنةً (2023) أو شهراً (\u20662023-05\u2069) أو يوماً (\u20662023-05-14\u2069)، وبداية الفترة قبل نهايتها."
)
PROBLEM_PARAMETER = "القيمة المقصودة:"
FIRST_PAGE = "الصفحة الأولى من النتائج"
