"""The engine on files: an index is a folder on this machine."""
