"""What a reader may have meant: completion, corrections, and wider searches."""
