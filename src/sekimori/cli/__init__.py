"""The command line: one command group a file."""

from sekimori.cli.app import main

__all__ = ["main"]
