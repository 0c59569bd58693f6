"""The texts of the interface in two languages, and how texts of articles become HTML."""
