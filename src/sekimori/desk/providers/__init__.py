"""Calendar providers, one a file or folder: each says what is known of somebody's time, and nothing else."""
