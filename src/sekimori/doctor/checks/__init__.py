"""The checks, one kind a file: each module has ``CHECKS``."""
