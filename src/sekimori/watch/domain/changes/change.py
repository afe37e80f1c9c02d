"""The common part of every typed change."""

import msgspec


class Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """One thing that an operation changed; its tag is the ``kind`` that rules match on."""
