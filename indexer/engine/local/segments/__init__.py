"""The files of a segment. Each module documents the layout that it writes."""
