"""One run of `fihrist index`: its options, its guard, its staging folder, its report."""
