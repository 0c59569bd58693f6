# SPDX-License-Identifier: GPL-3.0-or-later
"""The lexicon: what is known of each written form, and how it is made from the installed dictionaries."""
