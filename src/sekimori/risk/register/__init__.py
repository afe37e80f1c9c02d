"""The register of threats: what could happen to this app, what prevents and detects it, and what is left."""
