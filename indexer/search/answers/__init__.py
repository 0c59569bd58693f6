"""What the archive answers: results as plain values, and as JSON."""
