# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that stand in dates and around them: labels, weekdays, parts of the day. All are in folded spelling."""

from __future__ import annotations

import re

UPDATE_LABEL = re.compile(
    r"(?:^|(?<=[\s|(-]))(?P<label>(?:تاريخ )?اخر (?:تحديث|تعديل)|(?:تم|جري) (?:ال)?(?:تحديث|تعديل)ه?ا?"
    r"|تاريخ (?:ال)?(?:تحديث|تعديل)|(?:last )?(?:updated?|modified)|(?:derniere )?mise? a jour|modifie"
    r"|تحديث|محدثه?|(?:ال)?تعديل|عدلت?|حدثت?)(?: (?:في|بتاريخ|يوم|on|at|le))?(?=[\s:]|$)\s*:?"
)
"""Labels that call a date that of an update ("آخر تحديث: ...", "تعديل في ...")."""

SURE_UPDATE_LABEL = re.compile("(?:تاريخ )?اخر|تم|جري|last|تاريخ")
"""The beginnings of those `UPDATE_LABEL` matches that no sentence or headline begins with."""

_OF_WHAT = "(?: (?:هذا |هذه )?(?:ال)?(?:خبر|مقال|مقاله|موضوع|ماده|تقرير))?"
PUBLICATION_LABEL = re.compile(
    rf"\(?(?:(?:تم |تمت )?(?:النشر|نشره|نشرها|الاضافه|اضافته|اضافتها){_OF_WHAT}(?: (?:في|بتاريخ|يوم))?"
    rf"|تاريخ (?:ال)?(?:نشر|اضافه|تحرير|كتابه|انشاء|اصدار|ارسال|بث){_OF_WHAT}|تاريخ (?:ال)?(?:خبر|مقال|مقاله|موضوع)"
    rf"|نشرت?{_OF_WHAT}(?: (?:في|بتاريخ|يوم))?|منشور (?:في|بتاريخ)|اضيفت? (?:في|بتاريخ)|كتبت? (?:في|بتاريخ)"
    r"|حررت? (?:في|بتاريخ)|صدرت? (?:في|بتاريخ)|بتاريخ|التاريخ|تاريخ|(?:published|posted|created)(?: on| at)?|date"
    r"|publiee?(?: le)?|date de publication)(?=[\s:])\s*:?"
)
"""Labels that call a date that of publication ("نُشر في: ...")."""

WEEKDAYS = frozenset({
    "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "احد", "اثنين", "ثلاثاء", "اربعاء",
    "خميس", "جمعه", "سبت", "الاتنين", "الثلثاء", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sun", "mon", "tue", "wed", "thu", "fri", "sat", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche",
})  # fmt: skip
FILLERS = frozenset({
    "يوم", "في", "الساعه", "ساعه", "عند", "علي", "تمام", "الموافق", "شهر", "of", "at", "on", "the", "st", "nd", "rd",
    "th", "le", "er", "a",
})  # fmt: skip
GREGORIAN_MARKS = frozenset({"م", "ميلادي", "ميلاديه"})
HIJRI_MARKS = frozenset({"ه", "هجري", "هجريه"})
MORNING = frozenset({"ص", "صباحا", "فجرا", "am"})
EVENING = frozenset({"م", "مساء", "عصرا", "pm"})
NOON = frozenset({"ظهرا"})
NIGHT = frozenset({"ليلا"})
PARTS_OF_DAY = MORNING | EVENING | NOON | NIGHT
LOCAL_TIME = frozenset({"بتوقيت", "توقيت", "بالتوقيت"})
BEFORE_YEAR = frozenset({"سنه", "عام", "لسنه", "لعام"})
"""Words between month and year."""

BEFORE_MONTH = "من"
"""The word between day and month ("14 من مارس"), or between month and year ("مارس من سنة 2023")."""

WORDS = (
    WEEKDAYS
    | FILLERS
    | GREGORIAN_MARKS
    | HIJRI_MARKS
    | PARTS_OF_DAY
    | LOCAL_TIME
    | BEFORE_YEAR
    | frozenset({BEFORE_MONTH})
)
"""Every word that may stand in a date, apart from months, labels and names of places."""
