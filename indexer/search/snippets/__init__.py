"""Which letters of a text match, and which sentences of it are shown."""
