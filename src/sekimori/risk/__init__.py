"""The risk assessment: what threatens the identity, what answers it, and what was proven of the answers."""
