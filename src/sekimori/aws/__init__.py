"""What Sekimori asks of AWS, where it runs there: a token of the role, and secrets. Needs the extra ``aws``."""
