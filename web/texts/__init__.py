# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the interface in two languages, and how texts of articles become HTML."""
