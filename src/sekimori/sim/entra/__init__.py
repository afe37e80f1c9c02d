"""Entra ID's token endpoint and the part of Microsoft Graph that the story needs."""
