# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels what stands below the text of an article."""
