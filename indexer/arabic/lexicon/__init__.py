"""The lexicon: what is known of each written form of a word, made from the installed dictionaries."""
