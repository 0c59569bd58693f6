"""Which words may be foreign names: those that the lexicon does not know as words of Arabic.

Frequency says nothing of that. The lexicon tells nouns from mere names, which take no endings (باريس). Of words that
it lacks, those are of Arabic that are inflected: forms with pronouns or with a verb's prefix are attested, or the word
is itself such a form of a known one.
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
"""A word is a verb that is one so often, where a name is not."""
_RARE = 100.0
"""Added to frequencies (in a billion words) before they are compared, so that chance does not decide on rare words."""
_SEVERAL, _OFTEN_OWNED, _WITH_ARTICLE, _OF_ADJECTIVES = 3, 0.05, 0.5, 0.3
"""So many forms with pronouns, as frequent as this part of the word; the same of its form with the article, where one
form with a pronoun is attested (the article alone stands before names, too); and of an adjective."""

_FOREIGN_LETTERS = frozenset((L.PEH, L.TCHEH, L.VEH, L.GAF))

# Shapes of Arabic words by their letters, - for each of the root's. By hand, from any table of patterns.
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
    """Whether no word of Arabic is known for ``base``, a folded word without clitics and article (`Word.base`)."""
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
    """Whether forms are attested that a word of Arabic has and a name has not."""
    frequency = words.frequency(base) + _RARE
    if sum(words.frequency(prefix + base) > 0 for prefix in _VERBS) > 1:
        return True
    articled = words.frequency(_ARTICLE + base)
    if base.endswith(_RELATION):
        # An adjective of relation, mostly seen with the article: سلوفاكية. A town as أنطاكية is not.
        attested = any(map(words.frequency, (base[:-1], _ARTICLE + base[:-1])))
        if articled > _OF_ADJECTIVES * words.frequency(base) or (attested and not words.frequency(base)):
            return True
    stems = (base, base[:-1] + L.TEH) if base.endswith(L.HEH) else (base,)
    owned = [found for stem in stems for ending in _PRONOUNS if (found := words.frequency(stem + ending))]
    if len(owned) >= _SEVERAL and sum(owned) > _OFTEN_OWNED * frequency:
        return True
    return bool(owned) and articled > _WITH_ARTICLE * frequency


def _is_a_form(base: str, words: Lexicon) -> bool:
    """Whether ``base`` is a known word with an ending or a prefix, a word that is at least as frequent."""
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
    """Whether a dictionary has the form as a verb or noun, no mere name, that is at least so frequent."""
    entry = words.entry(form)
    return entry.frequency >= least and bool(entry.verbs or (entry.noun and entry.noun.takes_endings))


def _without_ending(word: str) -> Iterator[str]:
    """What ``word`` is the form of by its ending, if it is one."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if len(rest) in (len(word), 0):
            continue
        yield rest
        if ending in _OF_FEMININES:
            yield rest + L.HEH
        elif rest[-1] == L.TEH and ending in _PRONOUNS:
            yield rest[:-1] + L.HEH
