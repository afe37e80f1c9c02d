"""What the watch knows, as pure values and functions: no files, no network, no clock."""
