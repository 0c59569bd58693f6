# SPDX-License-Identifier: GPL-3.0-or-later
"""The weights of the ranking, in one table. They are tuned on the development sets only (see docs/relevance.md)."""

from __future__ import annotations

K1 = 1.1
"""BM25: how soon further occurrences of a word stop counting."""

B = 0.7
"""BM25: how much the length of an article lowers its score."""

TITLE = 3
"""The weight of an occurrence in the title; one in the body counts 1."""

LEAD_WORDS = 30
LEAD = 2
"""The weight of an occurrence among the first ``LEAD_WORDS`` words of the body."""

SURFACE = 0.1
FOLDED = 0.25
STEM = 1.0
GRAM = 0.4
"""The weights of the tiers. A word as it was typed scores in surface, folded and stem, with another hamza in folded and
stem, in another form in stem only: so they rank in this order if all else is equal. Grams (pieces of four letters) are
scored as a tier is, but only in the best articles."""

SECOND_STEM = 0.5
"""The weight of the second stem of a word whose letters may be two words. An article with the word has both stems."""

RELATED = 0.1
"""The weight of another word of the same root, such as كاتب for كتاب, in the best articles only."""

FUNCTION_WORD = 0.5
"""The weight of a function word of the query."""

SYNONYM = 0.5
"""The weight of a synonym, such as كانون الأول for ديسمبر."""

SOUND = 0.4
"""The weight of another spelling of a foreign name, such as جيتس for غيتس."""

PUBLISHED = 0.5
"""The weight of the date of an article for a year in the query (see `PublishedQuery`); the year in its text counts
1."""

RECENCY_HALF_LIFE_DAYS = 365
"""Where recency counts (`queries.Ranked.recency`), it counts half as much for an article of this age as for a new
one."""

PROXIMITY = 0.05
"""Two words that stand side by side in an article, as they do in the query, add this part of their scores."""

RERANKED = 100
"""Grams, related words and proximity are scored in this many articles: the best by all else."""

ENOUGH = 10
MOST = 0.5
"""Where fewer than ``ENOUGH`` articles match a query in full, partial matches follow: articles whose words have at
least the part ``MOST`` of the rarity of all words of the query."""

SENTENCE = 7
NEARLY = 0.7
"""A query of at least ``SENTENCE`` words is taken for a sentence, a question or a headline; hardly any other text has
all of its words. An article matches it in full if its words have the part ``NEARLY`` of its rarity."""

HEADLINE = 5
"""A query of at least this many words with a quotation may be a headline: partial matches may lack the quotation. Those
of a shorter query may not."""

FEW = 20
BY_CHANCE = 50
"""Where a query is a sentence or has no full match, and fewer than ``FEW`` articles have ``MOST`` of its rarity, less
is enough: words so rare that ``BY_CHANCE`` articles would have them if words were spread over articles at random."""
