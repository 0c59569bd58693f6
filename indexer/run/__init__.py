# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a run of `fihrist index`: its options, the shrink guard, the next generation, the report."""
