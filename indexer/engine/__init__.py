"""The index: what an engine is (`base`), the one on Whoosh, and publishing by generations."""
