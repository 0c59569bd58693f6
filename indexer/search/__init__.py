"""Search: what a reader typed becomes a query, and what the engine finds becomes hits with marks and snippets."""
