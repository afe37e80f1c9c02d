"""The doctor: compares the live tenant and workspace with the manifest, and says how to mend what differs."""
