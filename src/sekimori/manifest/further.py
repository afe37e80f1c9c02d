"""People's further calendars: each provider has its own way to name one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.manifest.problems import Fault, KeyPath, written

_MAILBOX: Final = re.compile(r"[^@\s]+@[^@\s]+")
_REFERENCE: Final = re.compile(r"(env|file|aws-secretsmanager):.+")


def calendar_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Find calendars that are not named as their provider needs, are named twice, or lack what reads them."""
    seen: dict[tuple[str, str, str], KeyPath] = {}
    for path, person, also in _named(raw):
        provider, calendar = also.get("provider"), also.get("calendar")
        if not isinstance(provider, str) or not isinstance(calendar, str):
            continue
        yield from _form(provider, calendar, path)
        if provider == "google" and not isinstance(raw.get("google"), Mapping):
            yield Fault(path=("google", "service_account"), words=f"is missing; {written(path)} needs it")
        before = seen.setdefault((person, provider, calendar.casefold()), path)
        if before != path:
            yield Fault(path=(*path, "calendar"), words=f"is already {written(before)}")


def _named(raw: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str, Mapping[str, Any]]]:
    people = raw.get("people")
    for number, person in enumerate(people if isinstance(people, list) else []):
        further = person.get("also") if isinstance(person, Mapping) else None
        for index, also in enumerate(further if isinstance(further, list) else []):
            if isinstance(also, Mapping):
                yield ("people", number, "also", index), str(number), also


def _form(provider: str, calendar: str, path: KeyPath) -> Iterator[Fault]:
    key = (*path, "calendar")
    if provider == "google" and not _MAILBOX.fullmatch(calendar):
        yield Fault(path=key, words="must be the calendar's mail address at Google")
    # The value itself stays out of the words: it may be the secret.
    if provider == "ics" and not _REFERENCE.fullmatch(calendar):
        yield Fault(
            path=key,
            words="must be a reference (env:NAME or file:path): whoever knows a feed's address can read the calendar",
        )
