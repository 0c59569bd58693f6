# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions that compare one word with all words of an index; for engines of any kind."""
