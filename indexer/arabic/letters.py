# SPDX-License-Identifier: GPL-3.0-or-later
"""Names the letters, marks and joiners of Arabic script, and defines the character classes of the tokeniser.

Names of letters come from PyArabic where it has them. Ranges follow The Unicode Standard 16, blocks Arabic, Arabic
Supplement, Arabic Extended-A and the two blocks of presentation forms.
"""

from __future__ import annotations

from pyarabic import araby

ALEF: str = araby.ALEF
ALEF_MADDA: str = araby.ALEF_MADDA
ALEF_HAMZA_ABOVE: str = araby.ALEF_HAMZA_ABOVE
ALEF_HAMZA_BELOW: str = araby.ALEF_HAMZA_BELOW
ALEF_WASLA: str = araby.ALEF_WASLA
ALEF_MAKSURA: str = araby.ALEF_MAKSURA
HAMZA: str = araby.HAMZA
WAW_HAMZA: str = araby.WAW_HAMZA
YEH_HAMZA: str = araby.YEH_HAMZA
TEH_MARBUTA: str = araby.TEH_MARBUTA
TATWEEL: str = araby.TATWEEL
BEH: str = araby.BEH
TEH: str = araby.TEH
JEEM: str = araby.JEEM
SEEN: str = araby.SEEN
GHAIN: str = araby.GHAIN
FEH: str = araby.FEH
KAF: str = araby.KAF
LAM: str = araby.LAM
HEH: str = araby.HEH
WAW: str = araby.WAW
YEH: str = araby.YEH
SUKUN: str = araby.SUKUN

# Persian and Urdu letters that keyboards and scrapers write instead of Arabic ones.
FARSI_YEH = "\u06cc"
YEH_WITH_SMALL_V = "\u06ce"
KEHEH = "\u06a9"
SWASH_KAF = "\u06aa"
HEH_DOACHASHMEE = "\u06be"
HEH_GOAL = "\u06c1"
HEH_WITH_YEH_ABOVE = "\u06c0"
HEH_GOAL_WITH_HAMZA = "\u06c2"
TEH_MARBUTA_GOAL = "\u06c3"
AE = "\u06d5"
ALEF_WAVY_HAMZA_ABOVE = "\u0672"
ALEF_WAVY_HAMZA_BELOW = "\u0673"
HIGH_HAMZA_ALEF = "\u0675"

# Letters for sounds that Arabic lacks. Texts also write Arabic letters instead of them.
PEH = "\u067e"
TCHEH = "\u0686"
VEH = "\u06a4"
GAF = "\u06af"

DECIMAL_SEPARATOR = "\u066b"
THOUSANDS_SEPARATOR = "\u066c"
COMMA = "\u060c"

ALLAH_SIGN = "\ufdf2"

# The strings below are the contents of character classes in regular expressions.
MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff"
)
INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
JOINERS = TATWEEL + INVISIBLE
LETTERS = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u0860-\u086a\u0870-\u0887\u0889-\u088e\u08a0-\u08c9"
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufe70-\ufefc"
)
ABBREVIATING = "\u0621-\u0623\u0625\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a\u067e\u0686\u06a4\u06a9\u06af\u06cc"
"""Letters used in abbreviations: no hamza on a seat, no ta marbuta, no alef maksura."""
WORD_SIGNS = "\ufdf0-\ufdfc"
"""Signs that are whole words, such as \ufdf2, \ufdfa and \ufdfc: a letter beside one belongs to another word."""
PHRASE_SIGNS = frozenset("\ufdfa\ufdfb")
"""The signs that stand for several words."""
PLAIN = frozenset(map(chr, (*range(0x0621, 0x063B), *range(0x0641, 0x064B))))
"""The letters that `fold.bare` leaves unchanged. A run of them is a single word."""
DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9"
