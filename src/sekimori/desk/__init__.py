"""The half people ask: who may know what about whose time, and how it is shown."""
