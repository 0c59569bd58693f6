# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters of copies: keeps which articles of an index are copies of each other in a file, and updates it."""
