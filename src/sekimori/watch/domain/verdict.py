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
    ENTRY_OF_ANOTHER_PERSON = "entry_of_another_person"
    TOKEN_WITHOUT_ENTRY = "token_without_entry"  # noqa: S105 - a reason
    TOKEN_BEFORE_RECORD = "token_before_record"  # noqa: S105 - a reason
    CALL_WITH_UNKNOWN_TOKEN = "call_with_unknown_token"  # noqa: S105 - a reason
    ANSWER_TOO_LARGE = "answer_too_large"
    NOTHING_SINCE = "nothing_since"
    UNDECLARED_PERMISSION = "undeclared_permission"
    UNDECLARED_CHANGE = "undeclared_change"
    DECLARED_CHANGE = "declared_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A level that the finding has at least, None for silence, and the reason where there is one.

    ``excusable``: a declared window makes it expected. ``is_exact``: the level holds also below the rule's own.
    """

    level: Level | None
    reason: Reason | None = None
    excusable: bool = True
    is_exact: bool = False

    def level_of(self, rule: Level) -> Level | None:
        """Return the level of a finding by a rule of that level."""
        if self.level is None or self.is_exact or self.level.at_least(rule):
            return self.level
        return rule


SILENT: Final = Verdict(level=None)
