"""Articles become segments, and segments are merged."""
