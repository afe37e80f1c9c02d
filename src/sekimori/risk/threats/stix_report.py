"""Reports as STIX 2.1 bundles (OASIS, section 3.2): attack patterns with their ids, campaigns, what they say."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.risk.threats.passages import Form, Passage, Place, Report, Unreadable

_ACTORS: Final = frozenset({"campaign", "intrusion-set", "threat-actor"})
_OWN_ID: Final = re.compile(r'"id"\s*:\s*"([^"]+)"')
_TIMES: Final = ("first_seen", "last_seen", "published")


def read(text: str, file: str) -> Report | Unreadable:
    """Read a bundle."""
    try:
        bundle = json.loads(text)
    except json.JSONDecodeError as error:
        return Unreadable(place=Place(file=file, line=error.lineno), reason=f"is not valid JSON: {error.msg}")
    except RecursionError:
        return Unreadable(place=Place(file=file), reason="is nested too deeply")
    if not isinstance(bundle, dict) or bundle.get("type") != "bundle" or not isinstance(bundle.get("objects"), list):
        reason = 'is no STIX bundle: it has no "type": "bundle" with "objects"'
        return Unreadable(place=Place(file=file, line=1), reason=reason, hint="export it as STIX 2.1")
    objects = [each for each in bundle["objects"] if isinstance(each, dict)]
    lines = _lines(text)
    return Report(
        file=file,
        title=next((_text(each, "name") for each in objects if each.get("type") == "report"), file),
        form=Form.STIX,
        passages=tuple(passage for each in objects for passage in _passages(each, lines, file)),
        actors=tuple(dict.fromkeys(_text(each, "name") for each in objects if each.get("type") in _ACTORS)),
    )


def _lines(text: str) -> Mapping[str, int]:
    """Return the line on which each object says its own id; a relationship only refers to it."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for own in _OWN_ID.finditer(text):
        line += text.count("\n", at, own.start())
        at = own.start()
        found.setdefault(own[1], line)
    return found


def _passages(each: Mapping[str, Any], lines: Mapping[str, int], file: str) -> Iterator[Passage]:
    ids = [
        str(reference["external_id"])
        for reference in each.get("external_references") or []
        if isinstance(reference, dict) and reference.get("source_name") == "mitre-attack" and "external_id" in reference
    ]
    times = [str(each[name])[:10] for name in _TIMES if each.get(name)]
    said = f"{_text(each, 'name')}: {_text(each, 'description')}".strip(": ")
    if not said and not ids:
        return
    place = Place(file=file, line=lines.get(str(each.get("id")), 1))
    yield Passage(text=" ".join(part for part in (said, *times) if part), place=place, ids=tuple(ids))


def _text(each: Mapping[str, Any], key: str) -> str:
    value = each.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""
