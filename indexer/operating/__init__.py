"""What an operator does besides indexing and serving: keys, verification, evaluation."""
