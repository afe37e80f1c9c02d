"""How records arrive, one way a file; each resumes from an offset it gave out."""
