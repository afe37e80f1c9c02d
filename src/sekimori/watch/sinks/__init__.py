"""Where alerts go, one place a file."""
