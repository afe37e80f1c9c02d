"""AWS as the service meets it: STS, which signs tokens for the role the service runs as."""
