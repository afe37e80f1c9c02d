"""Lets `python -m sekimori` do what the `sekimori` command does."""

from sekimori.cli import main

main()
