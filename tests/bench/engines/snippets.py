# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes snippets with Fihrist's own code for every engine, because no other engine can make them for Arabic.

So the times of pages differ only by the work of the engines, not by who marks words.
"""

from __future__ import annotations

from collections.abc import Iterable

from indexer.arabic.analyser import Analyser
from indexer.search.planning.plan import plan
from indexer.search.query.request import SearchRequest
from indexer.search.snippets import marks
from indexer.search.snippets.evidence import EvidenceByWords


def marked(headline: str, texts: Iterable[tuple[str, str]], analyser: Analyser) -> int:
    """Makes the title and snippets of each (title, body) as Fihrist's pages do. Returns how many words are marked."""
    evidence = EvidenceByWords(plan(SearchRequest(q=headline, match="any"), analyser).marked, analyser)
    count = 0
    for title, body in texts:
        pieces = (marks.mark(title, evidence), *marks.snippets(body, evidence))
        count += sum(len(piece.marks) for piece in pieces)
    return count
