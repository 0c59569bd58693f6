# SPDX-License-Identifier: GPL-3.0-or-later
"""The file formats, one module each. `registry` lists them."""
