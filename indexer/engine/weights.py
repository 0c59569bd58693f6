"""All weights of the ranking, in one table. Tuned on the development sets only (see docs/relevance.md)."""

from __future__ import annotations

K1 = 1.1
"""BM25: how soon more occurrences of a word stop to count."""

B = 0.7
"""BM25: how much longer articles are held back."""

TITLE = 3
"""What an occurrence in the title counts, one in the body counting 1."""

LEAD_WORDS = 30
LEAD = 2
"""What an occurrence among the first ``LEAD_WORDS`` words of the body counts."""

SURFACE = 0.1
FOLDED = 0.25
STEM = 1.0
GRAM = 0.4
"""The tiers. A word as it was typed has the scores of surface, folded and stem, spelled with other hamzas those of
folded and stem, in another form that of the stem: so they rank in this order, other things equal. Grams (pieces of four
letters) are scored as a tier is, in the best articles only."""

SECOND_STEM = 0.5
"""What the second stem of a word counts, where its letters are two words. An article with the word itself has both."""

RELATED = 0.1
"""What another word of the same root counts, such as كاتب for كتاب, in the best articles only."""

FUNCTION_WORD = 0.5
"""What a function word of the query counts."""

SYNONYM = 0.5
"""What a synonym counts, such as كانون الأول for ديسمبر."""

SOUND = 0.4
"""What another spelling of a foreign name counts, such as جيتس for غيتس."""

PUBLISHED = 0.5
"""What the date of an article counts for a year of the query, the year in its text counting 1: see `PublishedQuery`."""

RECENCY_HALF_LIFE_DAYS = 365
"""Where recency counts (`queries.Ranked.recency`), it counts half as much for an article of this age."""

PROXIMITY = 0.05
"""Two words of the query that stand side by side in an article, as in the query, add this much of their scores."""

RERANKED = 100
"""Grams and proximity are looked at in so many articles, the best by all else."""

ENOUGH = 10
MOST = 0.5
"""Where fewer than ``ENOUGH`` articles match a query in full, those follow that match it in part: the words that such
an article has hold at least the part ``MOST`` of the rarity of all words."""

SENTENCE = 7
NEARLY = 0.7
"""A query of at least ``SENTENCE`` words is a sentence, a question or a headline, of which hardly any other text has
every word: an article matches it in full with words that hold the part ``NEARLY`` of its rarity."""

HEADLINE = 5
"""A query of at least so many words with a quotation among them may be a headline that quotes: partial matches may lack
the quotation, which those of a shorter query that quotes may not."""

FEW = 20
BY_CHANCE = 50
"""Where a query is a sentence, or no article has all of its words, and fewer than ``FEW`` articles hold ``MOST`` of it,
less is enough: words so rare that ``BY_CHANCE`` articles would have them all, were words spread without order."""
