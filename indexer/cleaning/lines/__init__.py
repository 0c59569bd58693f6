# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out what a line of a page is, by its own words and by the lines around it."""
