# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the installed dictionaries: frequencies of words, lemmas of forms, and how verbs are conjugated.

Four packages are read in place, and only when a lexicon is made:

- wordfreq: how often a written form occurs (web, subtitles, Wikipedia, news).
- arramooz-pysqlite: verbs with the vowel of their present, broken plurals with their singular, and a list of lemmas
  counted by part of speech in some 780 million words of news.
- simplemma: pairs of a form and its lemma.
- libqutrub: conjugates a verb (see `conjugation`).

Every word is returned in the form of `fold.key`, except where a docstring says "as spelled".
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from indexer.arabic import letters as L
from indexer.arabic.fold import KEY_TABLE, bare, key
from indexer.arabic.lexicon.conjugation import Verb
from indexer.errors import DictionaryError

_BILLION = 1e9
_RAREST = 1e-8
_WORD = re.compile(f"[{L.LETTERS}]{{2,40}}")
_SPELLED = re.compile(f"[{L.LETTERS}{L.MARKS}]{{2,60}}")

_ARTICLE = L.ALEF + L.LAM
_HAMZA_ABOVE = (L.ALEF_HAMZA_ABOVE, L.ALEF_MADDA)

NAME = "noun_prop"
VERB = "verb"
NOUNS = ("noun", "adj", "adj_comp", "adj_num", "noun_quant", "adv")
"""Parts of speech in the list of lemmas."""

_FILES = {
    "arramooz-pysqlite": ("arramooz", ("data/arabicdictionary.sqlite", "data/wordfreq.sqlite")),
    "wordfreq": ("wordfreq", ("data/large_ar.msgpack.gz",)),
    "simplemma": ("simplemma", ("strategies/dictionaries/data/ar.plzma",)),
    "libqutrub": ("libqutrub", ("classverb.py",)),
}
"""Each package by its name in the package index -> its folder, and the files that are read."""


def sources_digest() -> str:
    """Returns 16 hexadecimal digits that change with every file that is read.

    Raises DictionaryError if one is missing.
    """
    digest = blake2b(digest_size=8)
    for package, (_, names) in _FILES.items():
        for name in names:
            try:
                digest.update(_file(package, name).read_bytes())
            except OSError as error:
                raise DictionaryError(package, str(error)) from error
    return digest.hexdigest()


class FormFrequencies(NamedTuple):
    """How often each form occurs in a billion words, and what the spelling of its first letter says.

    ``no_article`` holds the forms whose ال is no article, because most are written with a hamza on the alef: ألمانيا.
    ``hamza_above`` and ``hamza_below`` are how often a form is written with أ or آ, and with إ, as its first letter,
    with an article or without.
    """

    frequencies: dict[str, float]
    no_article: frozenset[str]
    hamza_above: dict[str, float]
    hamza_below: dict[str, float]


def form_frequencies() -> FormFrequencies:
    """Returns the forms of wordfreq's list. Raises DictionaryError."""
    _file("wordfreq", "data/large_ar.msgpack.gz")
    # Imported here because the import loads tables of other languages, which only the first build needs.
    from wordfreq import get_frequency_dict  # noqa: PLC0415

    listed = {form: share * _BILLION for form, share in get_frequency_dict("ar", "best").items() if share >= _RAREST}
    get_frequency_dict.cache_clear()  # otherwise wordfreq keeps some hundred megabytes as long as the process runs
    frequencies: dict[str, float] = defaultdict(float)
    with_hamza: dict[str, float] = defaultdict(float)
    above: dict[str, float] = defaultdict(float)
    below: dict[str, float] = defaultdict(float)
    for form, share, spelled in zip(_keys(list(listed)), listed.values(), listed, strict=True):
        if _WORD.fullmatch(form):
            frequencies[form] += share
            if form.startswith(_ARTICLE) and spelled[0] != L.ALEF:
                with_hamza[form] += share
            at = len(_ARTICLE) if spelled.startswith(_ARTICLE) else 0
            if spelled[at : at + 1] in _HAMZA_ABOVE:
                above[form[at:]] += share
            elif spelled[at : at + 1] == L.ALEF_HAMZA_BELOW:
                below[form[at:]] += share
    no_article = frozenset(form for form, share in with_hamza.items() if share > frequencies[form] / 5)
    return FormFrequencies(dict(frequencies), no_article, dict(above), dict(below))


def lemma_counts(spelled_otherwise: frozenset[str]) -> dict[str, dict[str, float]]:
    """Returns lemma -> part of speech -> occurrences in a billion words of news. Raises DictionaryError.

    Nouns spelled as one of ``spelled_otherwise`` are left out: the list counts أمام as a noun.
    """
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    rows = [*_rows("data/wordfreq.sqlite", "SELECT unvocalized, word_type, freq FROM wordfreq")]
    total = sum(count for _, _, count in rows)
    for spelled, part, count in rows:
        if part == VERB or spelled not in spelled_otherwise:
            counts[key(spelled)][part] += count / total * _BILLION
    return {lemma: dict(of_part) for lemma, of_part in counts.items()}


def verbs() -> Iterator[Verb]:
    """Yields the verbs of the dictionary. Raises DictionaryError."""
    for vocalized, vowel, transitive in _rows(
        "data/arabicdictionary.sqlite", "SELECT vocalized, future_type, transitive FROM verbs"
    ):
        yield Verb(vocalized, vowel, bool(transitive))


def counted_verbs() -> Iterator[str]:
    """Yields the verbs of the list of lemmas as spelled, with the vowels that the list has. Raises DictionaryError."""
    for (vocalized,) in _rows("data/wordfreq.sqlite", "SELECT vocalized FROM wordfreq WHERE word_type = 'verb'"):
        yield vocalized


def nouns() -> frozenset[str]:
    """Returns the nouns and adjectives of the dictionary without plurals. Raises DictionaryError."""
    found = _rows("data/arabicdictionary.sqlite", "SELECT unvocalized FROM nouns WHERE number = 'مفرد'")
    return frozenset(key(noun) for (noun,) in found if _WORD.fullmatch(bare(noun)))


def roots() -> dict[str, str]:
    """Returns noun or verb -> its root, for the words of the dictionary that have one. Raises DictionaryError."""
    found: dict[str, str] = {}
    for table in ("nouns", "verbs"):
        for word, root in _rows("data/arabicdictionary.sqlite", f"SELECT unvocalized, root FROM {table}"):  # noqa: S608  # no one else names the table
            if root and _WORD.fullmatch(bare(word)):
                # The dictionary spells the hamza of a root in several ways.
                found.setdefault(key(word), key(root).replace(L.HAMZA, L.ALEF))
    return found


def broken_plurals() -> Iterator[tuple[str, str]]:
    """Yields plural and singular as the dictionary of nouns pairs them. Raises DictionaryError."""
    query = "SELECT unvocalized, broken_plural, single FROM nouns WHERE broken_plural != '' OR single != ''"
    for noun, plurals, singulars in _rows("data/arabicdictionary.sqlite", query):
        for plural in _words(plurals):
            yield plural, key(noun)
        for singular in _words(singulars):
            yield key(noun), singular


def lemma_pairs() -> Iterator[tuple[str, str]]:
    """Yields form and lemma as simplemma pairs them. Raises DictionaryError.

    Words that are their own lemma, and forms with an article, are left out.
    """
    _file("simplemma", "strategies/dictionaries/data/ar.plzma")
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory  # noqa: PLC0415  # it takes its time

    pairs = DefaultDictionaryFactory().get_dictionary("ar")
    forms, lemmas = list(pairs), [pairs[form] for form in pairs]
    for form, lemma in zip(_keys(forms), _keys(lemmas), strict=True):
        if form != lemma and not form.startswith(_ARTICLE) and _WORD.fullmatch(form) and _WORD.fullmatch(lemma):
            yield form, lemma


def _words(listed: str) -> list[str]:
    """Returns the words of a field such as "أسعد;سعود". A remark ends the words, as in "عُلاً;مؤ:;عُلْيا"."""
    found = (piece.strip() for piece in re.split("[;،,]", listed))
    return [key(piece) for piece in takewhile(_SPELLED.fullmatch, filter(None, found))]


def _keys(forms: list[str]) -> list[str]:
    # The whole list is translated at once, which takes a tenth of the time of single words.
    return "\n".join(forms).translate(KEY_TABLE).split("\n")


def _rows(name: str, query: str) -> Iterator[tuple[Any, ...]]:
    path = _file("arramooz-pysqlite", name)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            yield from database.execute(query)
    except sqlite3.Error as error:
        raise DictionaryError("arramooz-pysqlite", f"{path}: {error}") from error


def _file(package: str, name: str) -> Path:
    """Returns the path of a file of an installed package. Raises DictionaryError if it is missing."""
    spec = find_spec(_FILES[package][0])
    if spec is None or not spec.submodule_search_locations:
        raise DictionaryError(package, "it is not installed")
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.is_file():
        raise DictionaryError(package, f"{name} is missing")
    return path
