"""The answers of the archive: plain values, and their JSON."""
