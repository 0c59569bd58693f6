# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds what stands above the text of an article: headline, author, date, section, dateline."""
