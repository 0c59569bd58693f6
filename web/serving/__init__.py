# SPDX-License-Identifier: GPL-3.0-or-later
"""The server: processes, limits, logs, metrics, health."""
