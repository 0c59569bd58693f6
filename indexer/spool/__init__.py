# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs wrote through the API: it waits in a folder until a run publishes it, and it survives rebuilds."""
