"""The report: for the person who signs it, and for the one who checks."""
