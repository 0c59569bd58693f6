"""The tree of a query becomes the engine's query."""
