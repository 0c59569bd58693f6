# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of ``fihrist``. The function ``add`` of each module adds its commands to the parser."""
