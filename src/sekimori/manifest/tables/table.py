"""What every table of the manifest is."""

from msgspec import Struct


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the manifest: unknown keys are errors."""
