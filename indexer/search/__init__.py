# SPDX-License-Identifier: GPL-3.0-or-later
"""Search: makes a query of what a reader typed, and hits with marks and snippets of what the engine finds."""
