# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the layers of a dictionary: their sums, their bytes, and when they are merged."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.arabic.analyser import grams
from indexer.engine.opensearch.words.layers import (
    MAGIC,
    MOST_LAYERS,
    SMALLEST,
    CountedTerms,
    Counts,
    Layer,
    merge_plan,
    merged,
)
from indexer.engine.opensearch.words.packed_texts import PackedTexts
from indexer.errors import DamagedIndexError

LONG = "طويل" * 40
TERMS = st.one_of(
    st.text(max_size=12),
    st.text("ابةا\0", max_size=12),  # many that begin alike, and some that differ in zeros only
    st.text("اب\0", max_size=4).map(lambda end: LONG + end),
    st.sampled_from(["\ud800", "\ud800ا", "\U0010ffff", "كتاب", "كتابة"]),
)
CHANGES = st.dictionaries(TERMS, st.integers(-3, 3), max_size=30).map(Counter)
COUNTS = st.dictionaries(st.sampled_from(["surface", "base", "name:own.x", "day"]), CHANGES, max_size=3)


def summed(runs: list[Counts]) -> dict[str, dict[str, int]]:
    """The sums of the changes of ``runs``, with the grams of bases, without zeros and empty tiers."""
    sums: dict[str, Counter[str]] = {}
    for counts in runs:
        for tier, changes in counts.items():
            for term, change in changes.items():
                sums.setdefault(tier, Counter())[term] += change
                for gram in set(grams(term)) if tier == "base" else ():
                    sums.setdefault("gram", Counter())[gram] += change
    without_zeros = {tier: {term: n for term, n in own.items() if n} for tier, own in sums.items()}
    return {tier: own for tier, own in without_zeros.items() if own}


def contents(layer: Layer) -> dict[str, dict[str, int]]:
    return {tier: dict(terms.pairs()) for tier, terms in layer.tiers.items()}


@given(st.lists(COUNTS, max_size=5), st.integers(0, 5))
def test_layers_add_up_to_the_sum_of_their_changes(runs: list[Counts], cut: int) -> None:
    layers = [Layer.of(counts) for counts in runs]
    whole = merged(layers)
    assert contents(whole) == summed(runs)
    assert contents(merged([merged(layers[:cut]), merged(layers[cut:])])) == contents(whole)
    for terms in whole.tiers.values():
        assert list(terms.texts) == sorted(terms.texts)


@given(COUNTS)
def test_a_layer_comes_back_from_its_bytes(counts: Counts) -> None:
    layer = Layer.of(counts)
    again = Layer.from_content(layer.content)
    assert contents(again) == contents(layer)
    assert again.content == layer.content
    assert len(again) == sum(map(len, contents(layer).values()))


@pytest.mark.parametrize("change", [1, -1, 127, 128, -128, -129, 40_000, -(2**40), 2**62])
def test_changes_of_any_size_are_kept(change: int) -> None:
    layer = Layer.of({"stem": Counter({"كبير": change, "": -1, LONG * 900: 2})})
    assert contents(Layer.from_content(layer.content)) == contents(layer)
    assert layer.terms("stem").change("كبير") == change


def test_equal_layers_have_equal_bytes() -> None:
    first = Layer.of({"stem": Counter({"ا": 1, "ب": 2}), "day": Counter({"2023-05-14": 1})})
    second = Layer.of({"day": Counter({"2023-05-14": 1}), "stem": Counter({"ب": 2, "ا": 1, "ت": 0}), "base": Counter()})
    assert first.content == second.content


@given(COUNTS, st.data())
def test_changed_bytes_are_damage(counts: Counts, data: st.DataObject) -> None:
    content = bytearray(Layer.of(counts).content)
    at = data.draw(st.integers(0, len(content) - 1))
    match data.draw(st.sampled_from(["flip", "cut", "more"])):
        case "flip":
            content[at] ^= data.draw(st.integers(1, 255))
        case "cut":
            del content[at:]
        case _:
            content += b"\0"
    with pytest.raises(DamagedIndexError, match="--rebuild"):
        Layer.from_content(bytes(content))


@given(COUNTS, st.data())
@example({"stem": Counter({"ا": 1})}, None)
def test_bytes_with_a_right_checksum_are_checked_too(counts: Counts, data: st.DataObject | None) -> None:
    """Whatever the bytes say, there is an error or a layer whose terms ascend and can be read."""
    content = bytearray(Layer.of(counts).content[12:])
    for _ in range(3 if data else 0):
        assert data
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    try:
        layer = Layer.from_content(MAGIC + crc32(content).to_bytes(4, "little") + content)
    except DamagedIndexError:
        return
    for terms in layer.tiers.values():
        assert list(terms.texts) == sorted(set(terms.texts))
        assert all(terms.change(term) == change != 0 for term, change in terms.pairs())


@pytest.mark.parametrize(
    "header",
    [b"[]", b"7", b'{"a":1}', b'{"a":[1,1,1]}', b'{"a":[1,3,1,1]}', b'{"a":[-1,1,1,1]}', b'{"a":[1,1,1,-1]}',
     b'{"a":["x",1,1,1]}', b'{"a":[99999999999999999999,1,1,1]}', b"[" * 20_000, b"\xff", b""],
)  # fmt: skip
def test_impossible_headers_are_damage(header: bytes) -> None:
    rest = len(header).to_bytes(4, "little") + header + b"\1\1\1"
    with pytest.raises(DamagedIndexError):
        Layer.from_content(MAGIC + crc32(rest).to_bytes(4, "little") + rest)


@given(st.lists(st.binary(max_size=20) | TERMS.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_texts_are_ordered_as_bytes_are(texts: list[bytes]) -> None:
    order, begins = PackedTexts.of(texts).ordered()
    ordered = [texts[at] for at in order.tolist()]
    assert ordered == sorted(texts)
    assert begins.tolist() == [at == 0 or text != ordered[at - 1] for at, text in enumerate(ordered)]


@given(st.lists(TERMS, max_size=30), st.text("اب", max_size=2) | TERMS, st.data())
def test_texts_are_found_by_themselves_and_by_a_prefix(terms: list[str], wanted: str, data: st.DataObject) -> None:
    counted = CountedTerms.of(dict.fromkeys(terms, 1))
    first = data.draw(st.integers(0, len(counted.texts)))
    for own in (counted, counted.part(range(first, len(counted.texts)))):
        texts = list(own.texts)
        prefix = wanted.encode("utf-8", "surrogatepass")
        assert own.texts.find(prefix) == (texts.index(prefix) if prefix in texts else -1)
        assert texts[slice(*_ends(own.texts.with_prefix(prefix)))] == [one for one in texts if one.startswith(prefix)]
        taken = own.texts.taken(np.arange(len(texts))[::-1])
        assert list(taken) == texts[::-1]


def _ends(numbers: range) -> tuple[int, int]:
    return numbers.start, numbers.stop


@given(st.lists(st.integers(0, 10**7), max_size=80))
def test_a_generation_has_few_layers(runs: list[int]) -> None:
    sizes: list[int] = []
    for new in runs:
        count = merge_plan(sizes, new)
        sizes[len(sizes) - count :] = [new + sum(sizes[len(sizes) - count :])]
        assert len(sizes) <= MOST_LAYERS


@pytest.mark.parametrize("run", [10, SMALLEST, 30_000])
def test_a_term_is_rewritten_few_times(run: int) -> None:
    """Of many equal runs each writes its terms about three times for each e-fold of the number of terms."""
    sizes: list[int] = []
    written, runs = 0, 5_000
    for _ in range(runs):
        count = merge_plan(sizes, run)
        size = run + sum(sizes[len(sizes) - count :])
        sizes[len(sizes) - count :] = [size]
        written += size
    assert sum(sizes) == run * runs
    assert written <= runs * max(run, SMALLEST) * 3 * np.log(runs)
