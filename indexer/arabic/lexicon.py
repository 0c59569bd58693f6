"""What is known of words: which forms exist, and which dictionary form (lemma) each belongs to.

The lemmas are simplemma's (Arabic list, 297,624 pairs, broken plurals included). Keys and lemmas are folded, so that
a word is found however its hamza was typed, in a document and in a query alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from indexer.arabic.fold import FOLD_TABLE


@cache
def lemmas() -> Mapping[str, str]:
    """Folded form -> folded lemma, one lemma a form.

    Where folding makes several forms one, a form that is its own lemma wins, then the longest lemma: that joins the
    fewest words which don't belong together. A rule, so that the outcome does not hang on the order of the list.
    """
    pairs = DefaultDictionaryFactory().get_dictionary("ar")
    forms, bases = list(pairs), [pairs[form] for form in pairs]
    # One translation of the whole list: folding word by word takes three times as long, at every start.
    table = dict(FOLD_TABLE)
    folded_forms = "\n".join(forms).translate(table).split("\n")
    folded_bases = "\n".join(bases).translate(table).split("\n")
    best: dict[str, str] = {}
    for form, lemma in zip(folded_forms, folded_bases, strict=True):
        known = best.setdefault(form, lemma)
        if known != lemma and (form == lemma, len(lemma), lemma) > (form == known, len(known), known):
            best[form] = lemma
    return best


@cache
def protected() -> frozenset[str]:
    """Folded names that stay whole."""
    return frozenset(line for line in _data_lines("protected.txt"))


@cache
def variant_families() -> tuple[tuple[str, ...], ...]:
    """Families of spellings as written in the data file, the one that stands for the others first."""
    return tuple(tuple(line.split()) for line in _data_lines("variants.txt"))


def sources_fingerprint() -> str:
    """Changes whenever a list that the analysis rests on does."""
    return "\n".join([f"simplemma {version('simplemma')}", *_data_lines("protected.txt"), *_data_lines("variants.txt")])


def _data_lines(name: str) -> Iterator[str]:
    text = (files("indexer.arabic") / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()
