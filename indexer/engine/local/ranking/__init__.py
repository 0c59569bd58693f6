# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the articles that match a query, and puts them in order."""
