"""Attacks and their benign look-alikes, one a file; each says which rules must fire and which stay quiet."""
