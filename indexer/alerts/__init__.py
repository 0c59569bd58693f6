# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells what named searches find that is new: prints it, posts it to a webhook, or mails it."""
