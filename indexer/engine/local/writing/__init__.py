# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds segments from articles, and merges segments."""
