"""What a reader asks: the text of a query becomes a tree, and an address becomes a request."""
