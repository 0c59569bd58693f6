"""The texts of the interface, in two languages, and how text becomes HTML."""
