# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps a file that says which articles of an index are copies of each other."""
