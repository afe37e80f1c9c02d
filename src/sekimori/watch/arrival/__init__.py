"""What the collectors share: taking bodies apart, gathering requests into batches, reading again what overlaps."""
