"""The preventive settings that a manifest needs, printed and never applied: one kind a file."""
