"""Threat reports: what they say of techniques, who did it and when, and what several of them share."""
