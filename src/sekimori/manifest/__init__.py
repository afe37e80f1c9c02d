"""The declaration: who may ask what about whom, and what our own identity is and may do."""
