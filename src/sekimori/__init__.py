"""Sekimori keeps the checkpoint between two companies."""

__version__ = "0.1.0"
