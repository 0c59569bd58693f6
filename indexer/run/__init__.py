"""Parts of a run of `fihrist index`: its options, the shrink guard, the next generation, the report."""
