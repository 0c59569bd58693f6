# SPDX-License-Identifier: GPL-3.0-or-later
"""Into how many shards an index is divided. The number stays until a rebuild, so it is chosen for the archive's size.

- A shard of 20 to 40 GB is searched, moved to another node and recovered in reasonable time, as OpenSearch advises. An
  article of 250 words takes 8.4 kB: 5.5 kB with 112 words were measured, of which 2.1 kB are for each 100 words.
- If the size needs more shards than there are nodes, all nodes get equally many.
- A smaller archive has a shard for each node, so that all of them work on a query. But every shard of a query costs a
  request between nodes and a list of hits to merge, so a shard has at least 100,000 articles, which take 0.8 GB.
- Where the number of articles is not known before, in the first run, there is a shard for each node.
"""

from __future__ import annotations

BYTES_OF_ARTICLE = 8_400
"""The size of an article of 250 words in the index of articles, without replicas."""

TARGET = 30_000_000_000
"""In bytes: the size of a shard if there are more than nodes."""

FEWEST = 100_000
"""A shard has at least this many articles."""

MOST = 1_000
"""OpenSearch allows 1,024 shards in an index."""


def shards_for(articles: int, given: int, nodes: int) -> int:
    """The number of shards of an index for ``articles``, 0 if their number is not known, on ``nodes`` data nodes.

    ``given`` is the operator's choice, 0 if there is none.
    """
    nodes = max(1, nodes)
    if given:
        return given
    if not articles:
        return min(nodes, MOST)
    by_size = _ceiling(articles * BYTES_OF_ARTICLE, TARGET)
    if by_size > nodes:
        return min(_ceiling(by_size, nodes) * nodes, MOST)
    return min(nodes, _ceiling(articles, FEWEST), MOST)


def _ceiling(number: int, divisor: int) -> int:
    return -(-number // divisor)
