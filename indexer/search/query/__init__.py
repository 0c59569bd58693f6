# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what is asked: the text of a query becomes a tree, the parameters of an address become a request."""
