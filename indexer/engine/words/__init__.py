"""Questions that compare one word with all words of an index; for engines of any kind."""
