# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes copies of real articles, edited as outlets edit agency texts, and notices that only look like copies.

Each edit is a rule with seeded choices, so that every run gives the same result. The edits:

* the agency's line at the beginning is added, changed or removed;
* every fiftieth word has a typing error: two letters exchanged, one lost or one doubled;
* a paragraph of at most a third of the article is cut or added (a text without paragraphs is cut at full stops);
* the headline is that of another article;
* months, hamzas, the ends of words and names are spelled as another outlet spells them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

AGENCIES = (
    "تونس (وات) - ", "وكالات - ", "الجزائر - (واج) - ", "بغداد-(شينخوا)- ", "القاهرة (رويترز) - ", "(د ب أ) - ",
    "باريس (أ ف ب) - ", "لندن: الشرق الأوسط ", "متابعات - ",
)  # fmt: skip

SPELLINGS = (
    ("جانفي", "يناير"), ("فيفري", "فبراير"), ("أفريل", "أبريل"), ("افريل", "أبريل"), ("ماي", "مايو"), ("جوان", "يونيو"),
    ("جويلية", "يوليو"), ("أوت", "أغسطس"), ("سبتمبر", "أيلول"), ("أكتوبر", "تشرين الأول"), ("نوفمبر", "تشرين الثاني"),
    ("ديسمبر", "كانون الأول"), ("مارس", "آذار"), ("الأمريكية", "الأميركية"), ("الأمريكي", "الأميركي"),
    ("ترامب", "ترمب"), ("فيسبوك", "فايسبوك"), ("انترنات", "إنترنت"), ("مسؤول", "مسئول"), ("عشية", "مساء"),
    ("ة ", "ه "), ("ى ", "ي "), ("إ", "ا"), ("أ", "ا"), (" و ", " و"),
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """An article; all copies of one original have the same ``family``."""

    family: int
    title: str
    body: str
    edit: str = "original"


Edit = Callable[[str, random.Random, Sequence[str]], str]


def paragraphs(body: str) -> list[str]:
    """Returns the paragraphs of ``body``; those of more than 40 words are split into sentences."""
    parts = []
    for line in body.split("\n"):
        long = len(line.split()) > 40
        parts += [part for part in (re.split(r"(?<=[.؟!])\s+", line) if long else [line]) if part.strip()]
    return parts


def agency(body: str, chance: random.Random, others: Sequence[str]) -> str:
    """Returns the text with another agency's line, or without a line if it had one."""
    bare = re.sub(r"^[^.\n]{2,30}\)\s*[-:–]\s*", "", body)
    return bare if bare != body and chance.random() < 0.5 else chance.choice(AGENCIES) + bare


def slips(body: str, chance: random.Random, others: Sequence[str]) -> str:
    """Returns the text with a typing error in every fiftieth word, in at least one word."""
    words = body.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for at in chance.sample(long, min(len(long), max(1, len(words) // 50))):
        word = words[at]
        place = chance.randrange(1, len(word) - 1)
        words[at] = chance.choice((
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
        ))  # fmt: skip
    return " ".join(words)


def cut(body: str, chance: random.Random, others: Sequence[str]) -> str:
    """Returns the text without one paragraph, of at most a third of the words."""
    parts = paragraphs(body)
    words = len(body.split())
    may = [at for at, part in enumerate(parts) if 3 * len(part.split()) <= words]
    if may and len(parts) > 1:
        del parts[chance.choice(may)]
    return "\n".join(parts)


def add(body: str, chance: random.Random, others: Sequence[str]) -> str:
    """Returns the text with one more paragraph, taken from another article, of at most a third of the words."""
    parts = paragraphs(body)
    words = len(body.split())
    may = [part for part in paragraphs(chance.choice(others)) if 3 * len(part.split()) <= words]
    if may:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(may))
    return "\n".join(parts)


def house(body: str, chance: random.Random, others: Sequence[str]) -> str:
    """Returns the text in the spellings of another outlet."""
    for theirs, ours in SPELLINGS:
        body = body.replace(theirs, ours)
    return body


EDITS: dict[str, tuple[Edit, ...]] = {
    "agency": (agency,),
    "slips": (slips,),
    "cut": (cut,),
    "add": (add,),
    "house": (house,),
    "agency, slips": (agency, slips),
    "house, cut": (house, cut),
    "agency, add, slips": (agency, add, slips),
    "agency, cut, slips, house": (agency, cut, slips, house),
}


def copies(originals: Sequence[tuple[str, str]], seed: int = 1) -> list[Text]:
    """Returns the originals, then, for each original (title, body) in turn, a copy by each of `EDITS`."""
    chance = random.Random(seed)
    bodies = [body for _, body in originals]
    found = [Text(family, title, body) for family, (title, body) in enumerate(originals)]
    names = list(EDITS)
    for family, (title, body) in enumerate(originals):
        name = names[family % len(names)]
        for edit in EDITS[name]:
            body = edit(body, chance, bodies)
        if chance.random() < 0.5:
            title = chance.choice(originals)[0]
        found.append(Text(family, title, body, name))
    return found


NOTICES = (
    """تتوقع مصالح الأرصاد الجوية أن يكون الطقس اليوم {day} {date} في ولاية {place} مغيما جزئيا مع أمطار متفرقة،
    وتتراوح درجات الحرارة القصوى بين {a} و{b} درجة، والدنيا بين {c} و{d} درجات، وتهب الرياح من القطاع الغربي بسرعة
    تصل إلى {e} كيلومترا في الساعة، ويكون البحر مضطربا فشديد الاضطراب.""",
    """سجل سعر صرف الدينار في تعاملات اليوم {day} {date} لدى البنك المركزي {a}.{b} للدولار الواحد و{c}.{d} لليورو،
    فيما بلغ سعر الين {e}.{f}، وكانت الأسواق في {place} قد أغلقت أمس على ارتفاع طفيف وسط تداولات محدودة وترقب لقرار
    الفائدة.""",
    """أعلنت وزارة الصحة اليوم {day} {date} تسجيل {a} إصابة جديدة بفيروس كورونا في {place} بعد إجراء {b} تحليلا مخبريا،
    ليبلغ مجموع الإصابات {c}، كما سجلت {d} وفيات خلال الساعات الأربع والعشرين الأخيرة، ودعت المواطنين إلى التقيد
    بالتدابير.""",
    """ارتفعت أسعار الذهب اليوم {day} {date} وبلغ سعر غرام عيار واحد وعشرين {a} دينارا وعيار ثمانية عشر {b} دينارا،
    فيما وصل سعر الأوقية عالميا إلى {c} دولارا، وتوقع تجار في {place} أن تستقر الأسعار في الأيام المقبلة مع تراجع
    الطلب.""",
)
_DAYS = ("الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت")
_PLACES = ("سوسة", "صفاقس", "المنستير", "قابس", "بنزرت", "القيروان", "نابل")


def notices(count: int, seed: int = 1) -> list[str]:
    """Returns the bodies of ``count`` notices in a few wordings, each with its own day, place and figures."""
    chance = random.Random(seed)
    return [
        NOTICES[number % len(NOTICES)].format(
            day=chance.choice(_DAYS),
            date=f"{chance.randrange(1, 29)} نوفمبر 20{chance.randrange(10, 26)}",
            place=chance.choice(_PLACES),
            **{letter: chance.randrange(2, 3_000) for letter in "abcdef"},
        )
        for number in range(count)
    ]
