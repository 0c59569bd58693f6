"""Objects of JSON and rows of tables become records."""
