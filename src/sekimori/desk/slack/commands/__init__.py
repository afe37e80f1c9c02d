"""Chat commands, one a file: each has ``listen(app, questions)``, which tells Bolt what it answers to."""
