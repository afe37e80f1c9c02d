"""Sigma rules: read them unchanged, ask them of canonical records, say of each whether it can run."""
