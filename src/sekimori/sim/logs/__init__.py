"""Entra ID's logs as the vendor writes them: Azure diagnostic records, one a line."""
