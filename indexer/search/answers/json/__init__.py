"""The JSON answers: one typed class for each, from which the body and its description follow."""
