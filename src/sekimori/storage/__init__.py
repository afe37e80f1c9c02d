"""The ports of both halves on a database: SQLite in one file, or PostgreSQL for several instances."""
