# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that readers see: a module for the content of each, and the views that answer requests for them."""
