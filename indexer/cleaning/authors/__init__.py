# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the names of authors and agencies in the byline of an article."""
