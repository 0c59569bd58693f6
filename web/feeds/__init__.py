# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs follow: feeds, sitemaps, the description for browsers."""
