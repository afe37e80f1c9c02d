"""The ground both halves stand on: ids, time, errors, wrappers. Standard library only."""
