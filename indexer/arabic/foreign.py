# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides which words may be foreign names: those that the lexicon does not know as Arabic words.

Frequency says nothing about this. The lexicon distinguishes nouns from mere names, which take no endings (باريس). A
word that it lacks counts as Arabic if it is inflected: if forms with pronouns or with the prefix of a verb are
attested, or if it is itself such a form of a known word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.arabic import letters as L
from indexer.arabic.fold import key_letters
from indexer.arabic.lexicon import lexicon
from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.arabic.sounds import same_name

SHORTEST = 3
_ARTICLE = L.ALEF + L.LAM
_PRONOUNS = ("ه", "ها", "هم", "هن", "هما", "نا", "ي")
_OF_FEMININES = ("ات", "تان", "تين")
_ENDINGS = (
    *_PRONOUNS,
    *_OF_FEMININES,
    "ا",
    "ين",
    "ون",
    "ان",
    "وا",
    "ت",
    "ته",
    "تها",
    "تهم",
    "تنا",
    "تي",
    "يه",
    "يين",
    "يون",
)
_CLITICS = ("و", "ب", "ل", "لل", "ال", "وال", "بال")
_BEGINNINGS = (*_CLITICS, "ف", "ك", "فال", "ي", "ت", "ن", "ا", "م", "ست", "مت", "لا", "ما")
_SERVANT = "عبدال"
_VERBS = ("ي", "ت", "ن", "س")
_RELATION = L.YEH + L.HEH

_OF_A_VERB = 0.1
"""If verbs make up more than this share of the occurrences of a word, it is no name."""
_RARE = 100.0
"""Added to frequencies (per billion words) before they are compared, so that chance does not decide on rare words."""
_SEVERAL, _OFTEN_OWNED, _WITH_ARTICLE, _OF_ADJECTIVES = 3, 0.05, 0.5, 0.3
"""When a word counts as inflected: with `_SEVERAL` forms with pronouns that together have `_OFTEN_OWNED` of its
frequency; or with one such form if the form with the article has `_WITH_ARTICLE` of its frequency, since the article
alone also stands before names. `_OF_ADJECTIVES` is that share for an adjective of relation.
"""

_FOREIGN_LETTERS = frozenset((L.PEH, L.TCHEH, L.VEH, L.GAF))

# Patterns of Arabic words; - is a letter of the root. Made by hand from common tables of patterns.
_NOUNS = (
    "---", "--[اوي]-[هي]?", "[متان]---[هي]?", "[متان]--[اوي]-[هي]?", "-ا--[هي]?", "-ا-[اي]ه?", "---[ايه]", "--ا[ءئ]ه?",
    "ت--ي-ه?", "ا-ت-ا?-ه?", "ا-ت-[اي]ء?", "ان--ا?-ه?", "است--ا?-ه?", "مست--ا?-ه?", "م[تن]---ه?", "م-ت--ه?", "م-ت-ي",
    "ت-ا--ه?", "---ا[ءن]", "-و[اي]-ي?-", "م-ا-ي?-", "[مت]----?ه?", "ا---[اه]?ء?", "[اتم]?-ا-ي", "ا-[اي]-ه?",
)  # fmt: skip
_VERBS_SHAPED = (
    "[يتن]---", "[يتن]--[اوي]?-?", "[يتن]-ت-[اوي]?-", "[يتن]ن--[اوي]?-", "[يتن]ست--[اوي]?-", "[يتن]ت----?",
    "[يتن]ت?-ا--", "ي.{3,5}(?:ون|وا)",
)  # fmt: skip


def _shape(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns).replace("-", "[^اوي]"))


_ARABIC_SHAPE = _shape(*_NOUNS, *_VERBS_SHAPED)
_VERB_SHAPE = _shape(f"(?:{'|'.join(_VERBS_SHAPED)})(?:وا|ون|ن|ان|ين|ه|ها|هم|نا)?")


def may_be_foreign(base: str, words: Lexicon) -> bool:
    """Returns whether no Arabic word is known for ``base``, a folded word without clitics and article (`Word.base`)."""
    if len(base) < SHORTEST or base.startswith(_SERVANT) or base in lexicon.stop_words():
        return False
    if not _FOREIGN_LETTERS.isdisjoint(base):
        return True
    form = key_letters(base)
    entry = words.entry(form)
    if sum(verb.mass for verb in entry.verbs) > _OF_A_VERB * entry.frequency:
        return False
    if entry.noun:
        is_name = not entry.noun.takes_endings and (entry.noun.lemma == form or same_name(form, entry.noun.lemma))
        return is_name and not (_ARABIC_SHAPE.fullmatch(form) and form[-1] != L.WAW)
    return not (_VERB_SHAPE.fullmatch(form) or _is_inflected(form, words) or _is_a_form(form, words))


def _is_inflected(base: str, words: Lexicon) -> bool:
    """Returns whether forms are attested that Arabic words have and names lack."""
    frequency = words.frequency(base) + _RARE
    if sum(words.frequency(prefix + base) > 0 for prefix in _VERBS) > 1:
        return True
    articled = words.frequency(_ARTICLE + base)
    if base.endswith(_RELATION):
        # An adjective of relation, mostly written with the article: سلوفاكية. A town such as أنطاكية is none.
        attested = any(map(words.frequency, (base[:-1], _ARTICLE + base[:-1])))
        if articled > _OF_ADJECTIVES * words.frequency(base) or (attested and not words.frequency(base)):
            return True
    stems = (base, base[:-1] + L.TEH) if base.endswith(L.HEH) else (base,)
    owned = [found for stem in stems for ending in _PRONOUNS if (found := words.frequency(stem + ending))]
    if len(owned) >= _SEVERAL and sum(owned) > _OFTEN_OWNED * frequency:
        return True
    return bool(owned) and articled > _WITH_ARTICLE * frequency


def _is_a_form(base: str, words: Lexicon) -> bool:
    """Returns whether ``base`` is a known word with an ending or a prefix, if that word is at least as frequent."""
    least = words.frequency(base)
    if base.endswith(L.HEH) and words.frequency(base[:-1]) > least:
        return True
    rests = list(_without_ending(base))
    rests += [base[len(prefix) :] for prefix in _BEGINNINGS if base.startswith(prefix)]
    for prefix in _CLITICS:
        if base.startswith(prefix):
            rests += [rest for rest in _without_ending(base[len(prefix) :]) if len(rest) > SHORTEST]
    return any(len(rest) >= SHORTEST and _is_listed(rest, words, least) for rest in rests)


def _is_listed(form: str, words: Lexicon, least: float) -> bool:
    """Returns whether a dictionary has the form as a verb or noun, not a mere name, and at least this frequent."""
    entry = words.entry(form)
    return entry.frequency >= least and bool(entry.verbs or (entry.noun and entry.noun.takes_endings))


def _without_ending(word: str) -> Iterator[str]:
    """Yields the words of which ``word`` may be a form by its ending."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if len(rest) in (len(word), 0):
            continue
        yield rest
        if ending in _OF_FEMININES:
            yield rest + L.HEH
        elif rest[-1] == L.TEH and ending in _PRONOUNS:
            yield rest[:-1] + L.HEH
