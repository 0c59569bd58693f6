# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns JSON objects and table rows into records."""
