# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes addresses: those of the pages of this site, and those of the originals of articles."""
