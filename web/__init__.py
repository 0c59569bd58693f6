# SPDX-License-Identifier: GPL-3.0-or-later
"""Fihrist's web front end: the search page and the JSON API over an archive. `web.app.create_app` makes it."""
