"""The commands of ``fihrist``, a module a purpose. Each has ``add``, which puts its commands into the parser."""
