"""The story's chapters, in one file for each group: each has ``play(telling)``."""
