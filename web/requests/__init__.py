# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages and the API do alike with a request: its parameters, its errors, its headers."""
