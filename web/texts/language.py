# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages of the interface: the language of a request, its texts, and how it writes numbers and dates.

Code and templates hold the texts as English messages, marked by ``gettext``, ``ngettext`` or ``N_``. Their Arabic is in
translations/ar/LC_MESSAGES/messages.po, which the application reads when it starts. Month names, plural rules and
separators are those of Unicode's CLDR, which Babel provides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import cast

from babel import Locale
from babel.dates import get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.support import Translations
from flask import Flask, current_app, g

from indexer.errors import RequestError
from indexer.settings import text_setting
from web.requests.parameters import parameters

PARAMETER = "lang"
EXTENSION = "fihrist-languages"
_CATALOGUES = Path(__file__).parent.parent / "translations"
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MONTHS = {
    "both": ("ar_IQ", "ar_EG"),
    "iraq": ("ar_IQ",),
    "egypt": ("ar_EG",),
    "tunisia": ("ar_TN",),
    "morocco": ("ar_MA",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language, equal only to itself.

    ``name`` is its name in the language itself, ``months`` are the names of the twelve months. ``back`` and ``on`` are
    arrows against and along its direction of writing. ``indic``: numbers are written in Arabic-Indic digits, with
    ``signs`` in place of comma, point and percent sign.
    """

    code: str
    name: str
    direction: str
    back: str
    on: str
    locale: Locale
    months: tuple[str, ...]
    indic: bool
    signs: Mapping[int, str]
    translations: NullTranslations

    def gettext(self, message: str) -> str:
        """``message`` in this language; its placeholders ``%(name)s`` are not filled in."""
        return self.translations.gettext(message)

    def digits(self, text: str) -> str:
        """``text`` in the digits of this language."""
        return text.translate(_ARABIC_INDIC) if self.indic else text

    def number(self, value: float, places: int = 0) -> str:
        """A number with separators and ``places`` decimal places: «1,234»."""
        # A page has hundreds of numbers; Babel's formatting of them takes longer than the rest of the page.
        written = f"{value:,.{places}f}"
        return self.digits(written.translate(self.signs)) if self.indic else written

    def percent_sign(self) -> str:
        """«%», or «٪» beside Arabic-Indic digits."""
        return "%".translate(self.signs) if self.indic else "%"

    def month(self, when: date) -> str:
        """«آذار/مارس 2023»."""
        return self.digits(f"{self.months[when.month - 1]} {when.year}")

    def day(self, when: date) -> str:
        """«14 آذار/مارس 2023»."""
        return self.digits(f"{when.day} ") + self.month(when)


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages by their codes, the ``default`` for addresses that name none, and a ``mark`` of the settings."""

    by_code: Mapping[str, Language]
    default: Language
    mark: str


def install(app: Flask) -> None:
    """Give ``app`` its languages, as the settings say, and the templates the functions for texts.

    Raises UsageError where a setting cannot be used.
    """
    code, months, digits = (text_setting(name) for name in ("language", "months", "digits"))
    names = zip(*(get_month_names("wide", locale=locale).values() for locale in _MONTHS[months]), strict=True)
    arabic = Language(
        code="ar",
        name="العربية",
        direction="rtl",
        back="→",
        on="←",
        locale=Locale("ar"),
        months=tuple("/".join(dict.fromkeys(both)) for both in names),
        indic=digits == "arabic-indic",
        signs={
            ord("%"): "\N{ARABIC PERCENT SIGN}",
            ord(","): get_group_symbol("ar", numbering_system="arab"),
            ord("."): get_decimal_symbol("ar", numbering_system="arab"),
        },
        translations=_catalogue("ar"),
    )
    english = Language(
        code="en",
        name="English",
        direction="ltr",
        back="←",
        on="→",
        locale=Locale("en"),
        months=tuple(get_month_names("wide", locale="en").values()),
        indic=False,
        signs={},
        translations=NullTranslations(),
    )
    by_code = {language.code: language for language in (arabic, english)}
    app.extensions[EXTENSION] = Languages(by_code, by_code[code], f"{code} {months} {digits}")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_translated, _agreeing, newstyle=True)  # type: ignore[attr-defined]  # the extension gives it
    app.jinja_env.globals.update(language=current, other_language=other, default_language=default, number=number)


def current() -> Language:
    """The language of the answer: the one that the address names, else the default."""
    known = g.get("language")  # a page asks hundreds of times
    if known is None:
        languages = _languages()
        named = parameters().get(PARAMETER, [""])[0]
        known = g.language = languages.by_code.get(named, languages.default)
    return cast(Language, known)


def other() -> Language:
    """The language other than that of the answer."""
    return next(one for one in _languages().by_code.values() if one.code != current().code)


def default() -> Language:
    """The language of addresses that name none."""
    return _languages().default


def settings_mark() -> str:
    """A text that differs between pages made under different settings of languages."""
    return _languages().mark


def check() -> None:
    """Raise RequestError where the address names an unknown language, or two."""
    named, codes = parameters().get(PARAMETER, []), _languages().by_code
    if len(named) > 1 or any(name and name not in codes for name in named):
        raise RequestError("invalid_parameter", PARAMETER, f"{PARAMETER} must be one of: {', '.join(codes)}.")


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the language of the request, with ``values`` for its placeholders ``%(name)s``."""
    return _translated(message) % values


def ngettext(one: str, several: str, number: int, /, **values: object) -> str:
    """The form of the message that agrees with ``number``, which replaces its ``%(n)s``."""
    language = current()
    return _agreeing(one, several, number) % {"n": language.number(number), **values}


def N_(message: str) -> str:  # the usual name for this
    """``message`` itself. Marks a message of a table, which is given to `gettext` later."""
    return message


def number(value: int) -> str:
    """A whole number as the language of the request writes it."""
    return current().number(value)


def _languages() -> Languages:
    return cast(Languages, current_app.extensions[EXTENSION])


def _translated(message: str) -> str:
    return current().gettext(message)


def _agreeing(one: str, several: str, number: int) -> str:
    return current().translations.ngettext(one, several, number)


def _catalogue(code: str) -> Translations:
    packed = BytesIO()
    with (_CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(packed, read_po(file, locale=code, abort_invalid=True))
    packed.seek(0)
    return Translations(packed)
