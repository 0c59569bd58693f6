# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of an index in a cluster: how many articles have each. Asked of a dictionary, without a request."""
