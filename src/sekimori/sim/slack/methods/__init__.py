"""Web API methods, one family a file."""
