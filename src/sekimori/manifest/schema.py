"""The manifest as JSON Schema, for editors that complete and check TOML."""

from typing import Any

import msgspec

from sekimori.manifest.model import Manifest


def json_schema() -> dict[str, Any]:
    """Return the schema of `sekimori.toml` (JSON Schema 2020-12); what tables say about each other is not in it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sekimori.toml",
        **msgspec.json.schema(Manifest),
    }
