"""Tools for operators: API keys, verification of an index, evaluation of the ranking."""
