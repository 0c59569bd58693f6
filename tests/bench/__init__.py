# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark: Fihrist beside plain Whoosh, SQLite FTS5, tantivy and bm25s, on the same articles and terms.

``python -m tests.bench --help`` says how to run it, ``docs/benchmarks.md`` what its figures mean. The path of a run:

1. `archive` makes articles from real sentences, with a seed.
2. `terms` reads, cleans and analyses them once: the terms that all other engines get.
3. `queries` draws the queries and counts by brute force what some of them must find.
4. `worker` builds or queries an index in a process of its own; `engines` holds a module for each engine.
5. `checks` compares what the engines found; `report` writes the table.
"""
