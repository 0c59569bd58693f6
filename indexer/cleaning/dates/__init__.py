# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses dates and times from pages, addresses and metadata."""
