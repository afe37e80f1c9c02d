"""What memory keeps says nothing of whose mailbox it was: addresses are told apart there, and not known.

Memory outlives the log that it was made of, so a mail address is kept as a digest of it, which is as good for counting.
"""

import hashlib
import re
from dataclasses import replace
from typing import Final

from sekimori.watch.domain.records import Record, mapping
from sekimori.watch.domain.state.cells import Evidence

_ADDRESS: Final = re.compile(r"[^\s/?&=,;\"'()<>\[\]]+(?:@|%40)[^\s/?&=,;\"'()<>\[\]]+", re.IGNORECASE)
_LONGEST: Final = 16


def discreet(text: str) -> str:
    """Return a text with each mail address replaced by a digest of it; the same address has the same digest."""
    return _ADDRESS.sub(_digest, text) if "@" in text or "%40" in text else text


def discreet_evidence(evidence: Evidence) -> Evidence:
    """Return an event as memory may keep it: the address of a Graph call names nobody."""
    properties = mapping(evidence.record.get("properties"))
    uri = properties.get("requestUri")
    if not isinstance(uri, str) or (said := discreet(uri)) == uri:
        return evidence
    record: Record = {**evidence.record, "properties": {**properties, "requestUri": said}}
    return replace(evidence, record=record)


def _digest(found: re.Match[str]) -> str:
    address = re.sub("%40", "@", found[0], flags=re.IGNORECASE).casefold()
    return "~" + hashlib.sha256(address.encode()).hexdigest()[:_LONGEST]
