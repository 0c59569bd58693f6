# SPDX-License-Identifier: GPL-3.0-or-later
"""Search: turns what a reader typed into a query, and what the engine finds into hits with marks and snippets."""
