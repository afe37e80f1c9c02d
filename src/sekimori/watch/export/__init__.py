"""Our rules for those who keep their SIEM: what a target can say of each, and what it cannot."""
