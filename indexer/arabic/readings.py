"""All readings of a word, the likeliest first: its clitics and article, a word that the lexicon knows, and endings.

والدها is و and الدها, or والد and her, or و, the article and a word دها. Each reading has a mass: how often, in a
billion words, these letters are likely to be meant so. It is the mass of the known word, times the rate of each clitic
and ending; the masses of readings with one stem add up. So an attested whole wins over a cut that is seldom made, a
verb's prefixes belong to verbs alone, and pronouns to what takes them.

A word that no dictionary knows is a name, perhaps: its mass is a share of what it occurs beyond all readings by words
that they know. The share is small where the reading against it is one that names seldom look like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from indexer.arabic import letters as L
from indexer.arabic.lexicon.lexicon import (
    HAS_FEMININE,
    NO_ARTICLE,
    PLURAL_OR_ACTION,
    SOUND_PLURAL,
    Lexicon,
    LexiconEntry,
    Noun,
)

CONJUNCTIONS = (L.WAW, L.FEH)
PREPOSITIONS = (L.BEH, L.LAM, L.KAF, L.SEEN)
ARTICLE = L.ALEF + L.LAM
LEAST_LETTERS = 2
"""No word proper is shorter."""

Kind = Literal["noun", "verb", "name"]
ArticleMay = Literal["no", "yes", "must"]
"""Whether ال at a word's beginning may be the article, by its hamzas: no in ألمانيا, yes in العراق, must in الأمم."""

# The rate of each clitic: the share of a word's occurrences that have it. Means over the nouns, adjectives
# and verbs that arramooz counts 20,000 times or more, by wordfreq's frequencies; rounded.
_WITH_CONJUNCTION = {"": 1.0, L.WAW: 0.06, L.FEH: 0.004}
_VERB_WITH_CONJUNCTION = {"": 1.0, L.WAW: 0.12, L.FEH: 0.012}
_WITH_PREPOSITION = {"": 1.0, L.BEH: 0.03, L.LAM: 0.02, L.KAF: 0.0015}
_WITH_ARTICLE = 0.45
_WITHOUT_ARTICLE = 0.4
_VERB_WITH = {L.SEEN: 0.025, L.LAM: 0.015}
_MAY_BE_CUT = frozenset((*CONJUNCTIONS, *PREPOSITIONS, L.ALEF))
_HAMZA_ABOVE = (L.ALEF_HAMZA_ABOVE, L.ALEF_MADDA)
_PRESENT_BEGINS = frozenset("يتنا")
_PRONOUN = {
    "ه": 0.04, "ها": 0.03, "هم": 0.01, "نا": 0.006, "ي": 0.001, "ك": 0.002, "كم": 0.001, "هما": 0.0008, "هن": 0.0003,
    "كما": 0.00002, "كن": 0.00002,
}  # fmt: skip
_OBJECT = {
    "ه": 0.03, "ها": 0.02, "هم": 0.008, "نا": 0.006, "ني": 0.004, "ك": 0.003, "كم": 0.001, "هما": 0.0006, "هن": 0.0002,
}  # fmt: skip

_PRONOUNS_BY_LAST = {last: [one for one in _PRONOUN.items() if one[0][-1] == last] for last in "هايكمن"}
_OBJECTS_BY_LAST = {last: [one for one in _OBJECT.items() if one[0][-1] == last] for last in "هايكمن"}

# Endings of nouns and adjectives: (the ending, what the lexicon's form has in its place, the rate of the ending).
_FEMININE = 0.3
_Ending = tuple[str, str, float]
_ENDINGS: tuple[_Ending, ...] = (
    ("ه", "", _FEMININE), ("ات", "ه", 0.06), ("ات", "", 0.03), ("ون", "", 0.015), ("ين", "", 0.03), ("ان", "", 0.004),
    ("تان", "ه", 0.002), ("تين", "ه", 0.003), ("تا", "ه", 0.0005), ("تي", "ه", 0.0005), ("ا", "", 0.03),
    ("و", "", 0.004), ("ي", "", 0.01), ("وا", "", 0.0001), ("", "ي", 0.04),
)  # fmt: skip
_ACCUSATIVE_BEHIND_HEH = 0.02
"""The last heh of a noun is mostly a ta marbuta, which takes no alef: اتجاها has one, مسؤوليها none."""

_WITHOUT_ENDING = [one for one in _ENDINGS if not one[0]]
_ENDINGS_BY_LAST = {
    last: [one for one in _ENDINGS if not one[0] or one[0][-1] == last]
    for last in {ending[-1:] for ending, _, _ in _ENDINGS} - {""}
}

_ENDINGS_BEFORE_PRONOUN = {
    last: [one for one in endings if one[0] not in ("", L.ALEF, L.HEH)] for last, endings in _ENDINGS_BY_LAST.items()
}

_FEMININE_PLURAL = "ات"
_NOT_RARE = 0.04
_CONSTRUCT = frozenset({"و", "ي", "وا", "تا", "تي"})
_OF_SOUND_PLURAL = frozenset({"و", "ي", "وا"})
_DEFECTIVE_LETTERS = 3
_NISBA_LETTERS = 4
"""So many letters have a noun without the last ya of its lemma (قاض), and an adjective of relation that no list has."""

# What share of its occurrences a word that no dictionary knows weighs against a reading by words that they know: by
# what that reading cuts off. Many names end in an, un, in and i; few in the endings of plurals and pronouns.
_AGAINST_CLITIC = {L.WAW: 0.03, L.FEH: 0.1, L.BEH: 0.005, L.LAM: 0.02, L.KAF: 0.1, L.SEEN: 0.02}
_AGAINST_ARTICLE = 0.002
_MORE_THAN_THE_REST = 0.3
"""Against a clitic, where the word with it is written more often than the rest with all its clitics: كروز."""

_AGAINST_ENDING = {"ات": 0.02, "ه": 0.04, "ا": 0.1, "ي": 0.5, "ون": 0.1, "ين": 0.1, "ان": 0.3, "": 0.2}
_AGAINST_OTHER_ENDINGS = 0.03
_FAR_BEYOND, _AGAINST_RARE_ENDING = 20, 0.3
"""A pronoun or an accusative that would explain so small a part of a word's occurrences is rather part of a name."""

_AGAINST_VERB = 0.05
_OF_UNLISTED_NISBA = 0.5
_UNKNOWN_LETTERS = 3
_HOPELESS = 0.02
_CACHED_CORES = 100_000


class CoreReading(NamedTuple):
    """A word without clitics and article, read one way: ``known`` is a form of the lexicon, ``endings`` follow it.

    ``noun`` and ``verb`` are its masses as a noun and as a verb. With a pronoun (``owned``) it takes no article.
    """

    stem: str
    kind: Kind
    known: str
    endings: str
    noun: float
    verb: float
    owned: bool = False


class WordReading(NamedTuple):
    """One reading of a word: ``clitics`` letters, then the article where ``article`` is true, then ``core``.

    ``mass`` is how often the letters are meant so, in a billion words.
    """

    clitics: int
    article: bool
    core: CoreReading
    mass: float

    @property
    def stem(self) -> str:
        """The lemma."""
        return self.core.stem


class WordReader:
    """Readings by one lexicon. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._cores = lru_cache(maxsize=_CACHED_CORES)(self._read_core)

    def readings(self, key: str, article: ArticleMay = "yes", spelling: str = "") -> list[WordReading]:
        """The readings of a word, the likeliest first, one for each stem. There is always at least one.

        ``key`` is the word as `fold.key` writes it, ``spelling`` the same letters with their hamzas as written.

        Readings that are hopeless beside others of the same cut are left out.
        """
        if article == "yes" and key.startswith(ARTICLE) and self._lexicon.entry(key).flags & NO_ARTICLE:
            article = "no"
        found: list[WordReading] = []
        has_name = False
        for clitics, noun_rate, verb_rate, rest, has_article in _beginnings(key, article):
            cores: Iterable[CoreReading] = self._cores(rest)
            if rest[3:4] == L.ALEF == rest[0]:
                cores = self._told_apart(cores, spelling[-len(rest) :][:1])
            for core in cores:
                mass = core.verb * verb_rate if core.verb else core.noun * noun_rate
                if mass and not (has_article and core.owned):
                    found.append(WordReading(clitics, has_article, core, mass))
                    has_name = has_name or core.kind == "name"
        if not found:
            return [self._unattested(key, article)]
        if len(found) == 1:
            return found
        if has_name:
            found = [_beyond(taken, found) if taken.core.kind == "name" else taken for taken in found]
        return _one_a_stem(found)

    def _told_apart(self, cores: Iterable[CoreReading], written: str) -> Iterator[CoreReading]:
        """``cores``, a noun whose first hamza tells two words apart as the one that is ``written``, or as both."""
        for core in cores:
            above = below = None
            if core.kind == "noun" and PLURAL_OR_ACTION.fullmatch(core.known):
                above = self._lexicon.entry(L.ALEF_HAMZA_ABOVE + core.known[1:]).noun
                below = self._lexicon.entry(L.ALEF_HAMZA_BELOW + core.known[1:]).noun
            if above is None or below is None:
                yield core
            elif written in _HAMZA_ABOVE:
                yield core._replace(stem=above.lemma)
            elif written == L.ALEF_HAMZA_BELOW:
                yield core._replace(stem=below.lemma)
            else:
                both = above.mass + below.mass
                yield core._replace(stem=above.lemma, noun=core.noun * above.mass / both)
                yield core._replace(stem=below.lemma, noun=core.noun * below.mass / both)

    def _unattested(self, key: str, article: ArticleMay) -> WordReading:
        """A word of which nothing is known: without its article, and the clitics before one."""
        for clitics, _, _, rest, has_article in _beginnings(key, article):
            if has_article and len(rest) >= _UNKNOWN_LETTERS:
                return WordReading(clitics, True, _name(rest, 0.0), 0.0)
        return WordReading(0, False, _name(key, 0.0), 0.0)

    def _read_core(self, rest: str) -> tuple[CoreReading, ...]:
        """The readings of a word without clitics and article."""
        entry = self._lexicon.entry(rest)
        found = [CoreReading(verb.lemma, "verb", rest, "", 0.0, verb.mass) for verb in entry.verbs]
        if entry.noun:
            found.append(CoreReading(entry.noun.lemma, "noun", rest, "", entry.noun.mass, 0.0))
        if len(rest) > LEAST_LETTERS:
            self._add_endings(rest, entry.noun is not None, found)
        if not entry.noun and not rest.startswith(ARTICLE):
            written = entry.frequency + self._lexicon.entry(ARTICLE + rest).frequency
            left = written - sum(core.noun + core.verb for core in found)
            if left > 0:
                found.append(_name(rest, left * _share_of_name(found, left)))
        return _hopeful(found)

    def _add_endings(self, rest: str, is_noun: bool, found: list[CoreReading]) -> None:
        last = rest[-1]
        for ending, noun, rate in self._nominal(rest, _ENDINGS_BY_LAST.get(last, _WITHOUT_ENDING)):
            if is_noun and ending == L.HEH:
                continue  # منحة is no feminine of منح
            # A construct state, as in لاعبو الفريق, takes no article.
            owned = ending in _CONSTRUCT
            known = rest[: len(rest) - len(ending)]
            found.append(CoreReading(noun.lemma, "noun", known, ending, noun.mass * rate, 0.0, owned))
        if last not in _PRONOUNS_BY_LAST:
            return
        for pronoun, rate in _PRONOUNS_BY_LAST[last]:
            if rest.endswith(pronoun) and len(rest) - len(pronoun) >= LEAST_LETTERS:
                self._add_owned(rest[: -len(pronoun)], pronoun, rate, found)
        for pronoun, rate in _OBJECTS_BY_LAST[last]:
            if rest.endswith(pronoun) and len(rest) - len(pronoun) >= LEAST_LETTERS:
                for form in _verb_forms(rest[: -len(pronoun)]):
                    for verb in self._lexicon.entry(form).verbs:
                        found.append(CoreReading(verb.lemma, "verb", form, pronoun, 0.0, verb.mass * rate, owned=True))

    def _add_owned(self, before: str, pronoun: str, rate: float, found: list[CoreReading]) -> None:
        """A noun before a pronoun: itself, with ta marbuta written as ta, or with an ending of its own."""
        for form in _noun_forms(before):
            noun = self._lexicon.entry(form).noun
            if noun and noun.takes_endings:
                found.append(CoreReading(noun.lemma, "noun", form, pronoun, noun.mass * rate, 0.0, owned=True))
        if len(before) <= LEAST_LETTERS:
            return
        for ending, noun, ending_rate in self._nominal(before, _ENDINGS_BEFORE_PRONOUN.get(before[-1], ())):
            known = before[: -len(ending)]
            mass = noun.mass * rate * ending_rate
            found.append(CoreReading(noun.lemma, "noun", known, ending + pronoun, mass, 0.0, owned=True))
        if before[-1] == L.TEH:
            # معلمتهم: the ta marbuta of a feminine that is no lemma of its own.
            noun = self._lexicon.entry(before[:-1]).noun
            if noun and noun.takes_endings:
                mass = noun.mass * rate * _FEMININE
                found.append(CoreReading(noun.lemma, "noun", before[:-1], L.TEH + pronoun, mass, 0.0, owned=True))

    def _has_other_feminine(self, noun: Noun, base: str, flags: int) -> bool:
        """Whether ``base`` with a ta marbuta is another noun than ``noun``, and no feminine of it."""
        other = self._lexicon.entry(base + L.HEH).noun
        is_other = other is not None and other.lemma == base + L.HEH and other.mass > _NOT_RARE * noun.mass
        return is_other and not flags & HAS_FEMININE

    def _nominal(self, rest: str, endings: Iterable[_Ending]) -> Iterator[tuple[str, Noun, float]]:
        """Those of ``endings`` that ``rest`` may have as a noun, the noun before each, and the rate of the ending."""
        for ending, instead, rate in endings:
            if not rest.endswith(ending):
                continue
            base = rest[: len(rest) - len(ending)]
            if len(base) < LEAST_LETTERS or (not ending and len(base) < _DEFECTIVE_LETTERS):
                continue
            entry = self._lexicon.entry(base + instead)
            found = self._listed_before(ending, base, instead, entry) if entry.noun else None
            if found is None:
                found = self._unlisted_before(ending, base, instead)
            if found:
                yield ending, found[0], rate * found[1]

    def _listed_before(self, ending: str, base: str, instead: str, entry: LexiconEntry) -> tuple[Noun, float] | None:
        """The noun of the lexicon that ``ending`` is of, and what part of the ending's rate it has; None for none."""
        noun = entry.noun
        if noun is None or not noun.takes_endings:
            return None
        if ending == L.HEH and not entry.flags & HAS_FEMININE and not _is_relation(base):
            return None
        if ending in _OF_SOUND_PLURAL and not entry.flags & SOUND_PLURAL:
            return None
        if ending == _FEMININE_PLURAL and not instead and self._has_other_feminine(noun, base, entry.flags):
            return None  # عملات is of عملة, not of عمل
        return noun, _ACCUSATIVE_BEHIND_HEH if ending == L.ALEF and base[-1] == L.HEH else 1.0

    def _unlisted_before(self, ending: str, base: str, instead: str) -> tuple[Noun, float] | None:
        """As `_listed_before`, for feminines and adjectives of relation that the lexicon does not list."""
        if instead == L.HEH and ending != _FEMININE_PLURAL and self._lexicon.entry(base + L.HEH).noun is None:
            # موظفتان: of موظفة, which is موظف.
            masculine = self._lexicon.entry(base).noun
            return (masculine, _FEMININE) if masculine and masculine.takes_endings else None
        if instead or ending in _OF_SOUND_PLURAL or not _is_relation(base):
            return None
        entry = self._lexicon.entry(base)
        if entry.noun and entry.noun.takes_endings:
            return None
        written = entry.frequency + self._lexicon.entry(ARTICLE + base).frequency
        return (Noun(base, written, takes_endings=True), _OF_UNLISTED_NISBA) if written else None


def _is_relation(base: str) -> bool:
    """Whether a word looks like an adjective of relation, without an article."""
    return base[-1] == L.YEH and len(base) >= _NISBA_LETTERS and not base.startswith(ARTICLE)


def _beyond(name: WordReading, found: list[WordReading]) -> WordReading:
    """A word that no dictionary knows, less what readings that cut it further explain of its occurrences."""
    explained, most, has_article = 0.0, -1.0, False
    for taken in found:
        if taken.clitics > name.clitics or (taken.clitics == name.clitics and taken.article > name.article):
            explained += taken.mass
            most = max(most, taken.core.noun + taken.core.verb)
            has_article = has_article or (taken.article and taken.core.kind != "name")
    if most < 0:
        return name
    if has_article:
        share = _AGAINST_ARTICLE
    elif name.core.noun > most:
        share = _MORE_THAN_THE_REST
    else:
        share = _AGAINST_CLITIC[name.core.known[0]]
    return name._replace(mass=max(0.0, name.mass - explained) * share)


def _hopeful(found: list[CoreReading]) -> tuple[CoreReading, ...]:
    """Those that may win, or be a second reading: of each kind those that are not far behind the likeliest one."""
    if len(found) < 2:
        return tuple(found)
    best: dict[tuple[Kind, bool], float] = {}
    for core in found:
        kind, mass = (core.kind, core.owned), core.noun + core.verb
        if mass > best.get(kind, -1.0):
            best[kind] = mass
    return tuple(core for core in found if core.noun + core.verb >= _HOPELESS * best[core.kind, core.owned])


def _name(rest: str, mass: float) -> CoreReading:
    return CoreReading(rest, "name", rest, "", mass, 0.0)


def _share_of_name(found: list[CoreReading], left: float) -> float:
    """The weight of a word that no dictionary knows, against the likeliest of the readings that were found.

    ``left`` is how often it occurs beyond them.
    """
    if not found:
        return 1.0
    best = max(found, key=lambda core: core.noun + core.verb)
    if best.kind == "verb":
        return _AGAINST_VERB
    is_rare = left > _FAR_BEYOND * (best.noun + best.verb) and (best.owned or best.endings == L.ALEF)
    return _AGAINST_RARE_ENDING if is_rare else _AGAINST_ENDING.get(best.endings, _AGAINST_OTHER_ENDINGS)


def _one_a_stem(found: list[WordReading]) -> list[WordReading]:
    """The likeliest reading of each stem, with the mass of all of that stem; the likeliest first."""
    found.sort(key=_order)
    if len({taken.core.stem for taken in found}) == len(found):
        return found
    best: dict[str, WordReading] = {}
    for taken in found:
        stem = taken.core.stem
        known = best.get(stem)
        best[stem] = known._replace(mass=known.mass + taken.mass) if known else taken
    return sorted(best.values(), key=_order)


def _order(taken: WordReading) -> tuple[float, int, str]:
    return -taken.mass, taken.clitics, taken.core.stem


def _beginnings(key: str, article: ArticleMay) -> Iterator[tuple[int, float, float, str, bool]]:
    """Each way to take clitics and the article off: how many letters, how often, how often of a verb, what remains.

    A rate of 0 says that no noun, or no verb, is written so. The last member says whether an article was taken off.
    """
    if key[0] not in _MAY_BE_CUT and len(key) >= LEAST_LETTERS:
        yield 0, _WITHOUT_ARTICLE, 1.0, key, False
        return
    for conjunction in ("", key[0]) if key[0] in CONJUNCTIONS else ("",):
        rest = key[len(conjunction) :]
        if len(rest) < LEAST_LETTERS:
            continue
        at = len(conjunction)
        rate, verb_rate = _WITH_CONJUNCTION[conjunction], _VERB_WITH_CONJUNCTION[conjunction]
        articled = rest.startswith(ARTICLE) and len(rest) - 2 >= LEAST_LETTERS
        if articled and article != "no":
            yield at, rate * _WITH_ARTICLE, 0.0, rest[2:], True
        if not (articled and article == "must"):
            yield at, rate * _WITHOUT_ARTICLE, verb_rate, rest, False
        first, behind = rest[0], rest[1:]
        if first not in PREPOSITIONS or len(behind) < LEAST_LETTERS:
            continue
        noun_rate = rate * _WITH_PREPOSITION.get(first, 0.0)
        verb_rate *= _VERB_WITH.get(first, 0.0) if behind[0] in _PRESENT_BEGINS else 0.0
        articled = first != L.SEEN and behind.startswith(ARTICLE) and len(behind) - 2 >= LEAST_LETTERS
        if articled and article != "no":
            yield at + 1, noun_rate * _WITH_ARTICLE, 0.0, behind[2:], True
        if not (articled and article == "must"):
            yield at + 1, noun_rate * _WITHOUT_ARTICLE, verb_rate, behind, False
        if first == L.LAM and behind[0] == L.LAM and len(behind) - 1 >= LEAST_LETTERS and article != "no":
            # للقاهرة: the article lost its alef behind the preposition.
            yield at + 1, noun_rate * _WITH_ARTICLE, 0.0, behind[1:], True


def _noun_forms(before: str) -> Iterator[str]:
    """The forms that a noun before a pronoun may have without it."""
    yield before
    if before[-1] == L.TEH:
        yield before[:-1] + L.HEH
    elif before[-1] == L.ALEF:
        yield before[:-1] + L.YEH


def _verb_forms(before: str) -> Iterator[str]:
    """The forms that a verb before an object may have without it: دعاه, رآه, قتلوه, يقرؤه."""
    yield before
    if before[-1] == L.ALEF:
        yield before[:-1] + L.YEH
        yield before + L.YEH
    elif before[-1] == L.WAW:
        yield before + L.ALEF
    elif before[-1] == L.HAMZA:
        yield before[:-1] + L.ALEF
