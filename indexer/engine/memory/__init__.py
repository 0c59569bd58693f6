# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine in memory, for tests and for developers: obvious code that looks at every article for every question.

It passes the contract tests that every engine passes, and states that it knows no positions. Scores are BM25 over the
same tiers and weights as those of the local engine; what `Ranked` adds to the best articles only (grams, related words,
neighbours) is left out.
"""
