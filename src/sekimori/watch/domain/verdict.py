"""What a judge says about a record that a rule's condition already picked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekimori.watch.domain.level import Level


class Reason(StrEnum):
    """Why a judge spoke; a closed vocabulary, put into words per language."""

    OUTSIDE_EGRESS = "outside_egress"
    OUTSIDE_COUNTRIES = "outside_countries"
    ORIGIN_NOT_LOGGED = "origin_not_logged"
    CREDENTIAL_OF_ANOTHER_KIND = "credential_of_another_kind"
    UNDECLARED_KEY = "undeclared_key"
    UNDECLARED_RESOURCE = "undeclared_resource"
    OUTSIDE_HOURS = "outside_hours"
    DECLARED_IDLE = "declared_idle"
    UNDECLARED_CALL = "undeclared_call"
    UNDECLARED_VERSION = "undeclared_version"
    CALL_FROM_ELSEWHERE = "call_from_elsewhere"
    UNDECLARED_CLIENT = "undeclared_client"
    NO_ENTRY = "no_entry"
    ENTRY_REUSED = "entry_reused"
    ENTRY_OF_ANOTHER_CALL = "entry_of_another_call"
    ENTRY_OF_ANOTHER_TIME = "entry_of_another_time"
    UNDECLARED_PERMISSION = "undeclared_permission"
    UNDECLARED_CHANGE = "undeclared_change"
    DECLARED_CHANGE = "declared_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A level that the finding has at least, None for silence, and the reason where there is one.

    ``excusable``: a declared window makes it expected.
    """

    level: Level | None
    reason: Reason | None = None
    excusable: bool = True


SILENT: Final = Verdict(level=None)
