# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out whether an HTML page is an article, and where its headline, date and text are."""
