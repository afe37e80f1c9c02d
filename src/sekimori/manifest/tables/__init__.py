"""The tables of `sekimori.toml` as values, a file for each."""
