"""The words that stand in dates and around them, as folding leaves them: labels, weekdays, parts of the day."""

from __future__ import annotations

import re

UPDATED = re.compile(
    r"(?:^|(?<=[\s|(-]))(?P<label>(?:تاريخ )?اخر (?:تحديث|تعديل)|(?:تم|جري) (?:ال)?(?:تحديث|تعديل)ه?ا?"
    r"|تاريخ (?:ال)?(?:تحديث|تعديل)|(?:last )?(?:updated?|modified)|(?:derniere )?mise? a jour|modifie"
    r"|تحديث|محدثه?|(?:ال)?تعديل|عدلت?|حدثت?)(?: (?:في|بتاريخ|يوم|on|at|le))?(?=[\s:]|$)\s*:?"
)
"""What calls a date that of an update ("آخر تحديث: ...", "تعديل في ...")."""

SURELY_UPDATED = re.compile("(?:تاريخ )?اخر|تم|جري|last|تاريخ")
"""How those of `UPDATED` begin that no sentence or headline begins with."""

_OF_WHAT = "(?: (?:هذا |هذه )?(?:ال)?(?:خبر|مقال|مقاله|موضوع|ماده|تقرير))?"
LABEL = re.compile(
    rf"\(?(?:(?:تم |تمت )?(?:النشر|نشره|نشرها|الاضافه|اضافته|اضافتها){_OF_WHAT}(?: (?:في|بتاريخ|يوم))?"
    rf"|تاريخ (?:ال)?(?:نشر|اضافه|تحرير|كتابه|انشاء|اصدار|ارسال|بث){_OF_WHAT}|تاريخ (?:ال)?(?:خبر|مقال|مقاله|موضوع)"
    rf"|نشرت?{_OF_WHAT}(?: (?:في|بتاريخ|يوم))?|منشور (?:في|بتاريخ)|اضيفت? (?:في|بتاريخ)|كتبت? (?:في|بتاريخ)"
    r"|حررت? (?:في|بتاريخ)|صدرت? (?:في|بتاريخ)|بتاريخ|التاريخ|تاريخ|(?:published|posted|created)(?: on| at)?|date"
    r"|publiee?(?: le)?|date de publication)(?=[\s:])\s*:?"
)
"""What calls a date that of publication ("نُشر في: ...")."""

WEEKDAYS = frozenset({
    "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "احد", "اثنين", "ثلاثاء", "اربعاء",
    "خميس", "جمعه", "سبت", "الاتنين", "الثلثاء", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sun", "mon", "tue", "wed", "thu", "fri", "sat", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche",
})  # fmt: skip
FILLING = frozenset({
    "يوم", "في", "الساعه", "ساعه", "عند", "علي", "تمام", "الموافق", "شهر", "of", "at", "on", "the", "st", "nd", "rd",
    "th", "le", "er", "a",
})  # fmt: skip
GREGORIAN = frozenset({"م", "ميلادي", "ميلاديه"})
OF_THE_HIJRA = frozenset({"ه", "هجري", "هجريه"})
MORNING = frozenset({"ص", "صباحا", "فجرا", "am"})
EVENING = frozenset({"م", "مساء", "عصرا", "pm"})
NOON = frozenset({"ظهرا"})
NIGHT = frozenset({"ليلا"})
PARTS_OF_DAY = MORNING | EVENING | NOON | NIGHT
LOCAL_TIME = frozenset({"بتوقيت", "توقيت", "بالتوقيت"})
OF_A_YEAR = frozenset({"سنه", "عام", "لسنه", "لعام"})
"""What stands between month and year."""

OF_A_MONTH = "من"
"""What stands between day and month ("14 من مارس"), or month and year ("مارس من سنة 2023")."""

WORDS = WEEKDAYS | FILLING | GREGORIAN | OF_THE_HIJRA | PARTS_OF_DAY | LOCAL_TIME | OF_A_YEAR | frozenset({OF_A_MONTH})
"""Every word that may stand in a date besides months, labels and names of places."""
