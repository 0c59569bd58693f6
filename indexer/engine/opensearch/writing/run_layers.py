# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up many small changes of the dictionary, and puts the result on top of the layers of a generation."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engine.opensearch.keeping.blobs import Blobs
from indexer.engine.opensearch.keeping.manifests import KeptLayer
from indexer.engine.opensearch.words.layers import Layer, merge_plan, merged

_FAN_IN = 6
"""So many layers of a level are merged into one of the next, so that each term is merged few times."""


class RunLayers:
    """The sum of layers that come one by one. For one thread."""

    def __init__(self) -> None:
        self._levels: list[list[Layer]] = []

    def add(self, layer: Layer) -> None:
        """Add the changes of ``layer``."""
        if not len(layer):
            return
        for level in self._levels:
            level.append(layer)
            if len(level) < _FAN_IN:
                return
            layer = merged(level)
            level.clear()
        self._levels.append([layer])

    def whole(self) -> Layer:
        """The sum of all that was added."""
        layers = [layer for level in self._levels for layer in level]
        if len(layers) > 1:
            self._levels = [[], [merged(layers)]]
            return self._levels[1][0]
        return layers[0] if layers else Layer({})


def with_layer(kept: Sequence[KeptLayer], new: Layer, blobs: Blobs) -> tuple[KeptLayer, ...]:
    """The layers of a generation that has the changes of ``new`` on top of ``kept``. Small ones are merged."""
    if not len(new):
        return tuple(kept)
    count = merge_plan([layer.terms for layer in kept], len(new))
    staying, merging = kept[: len(kept) - count], kept[len(kept) - count :]
    if merging:
        new = merged([*(Layer.from_content(blobs.fetch(layer.blob)) for layer in merging), new])
    return (*staying, KeptLayer(blobs.put(new.content), len(new))) if len(new) else tuple(staying)
