"""Makes the engine's query of the tree of a query."""
