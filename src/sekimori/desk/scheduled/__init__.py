"""What the desk does by itself when it is time to: each file does one kind of job."""
