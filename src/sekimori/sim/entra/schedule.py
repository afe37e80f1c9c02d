"""What getSchedule answers: pure, from a question and the calendars, with the vendor's quirks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sekimori.sim.calendars import Appointment

LONGEST: Final = timedelta(days=62)
MOST_MAILBOXES: Final = 100
WINDOWS_ZONES: Final = {"Tokyo Standard Time": "Asia/Tokyo", "UTC": "UTC", "GMT Standard Time": "Europe/London"}
# Graph: 4 would be "working elsewhere", but the vendor answers 0 for it "for backward compatibility".
_DIGITS: Final = {"free": 0, "workingElsewhere": 0, "tentative": 1, "busy": 2, "oof": 3, "unknown": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A getSchedule request that was understood; instants in UTC, ``slot`` in minutes."""

    mailboxes: tuple[str, ...]
    start: datetime
    end: datetime
    zone: ZoneInfo
    slot: int


class BadQuestionError(Exception):
    """Graph answers 400 with this code and these words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def read_question(body: Any) -> Question:
    """Understand a request's body.

    Raises:
        BadQuestionError: Graph would refuse it.
    """
    try:
        mailboxes = tuple(str(mailbox) for mailbox in body["schedules"])
        start, zone = _instant(body["startTime"])
        end, _ = _instant(body["endTime"])
        slot = body.get("availabilityViewInterval", 30)
    except (KeyError, TypeError, ValueError) as error:
        raise BadQuestionError("BadRequest", "Unable to read JSON request payload.") from error
    question = Question(mailboxes=mailboxes, start=start, end=end, zone=zone, slot=slot)
    _refuse_excess(question)
    return question


def answer(
    question: Question, calendars: Mapping[str, tuple[Appointment, ...]], home: ZoneInfo
) -> list[dict[str, Any]]:
    """Return Graph's ``value``: one entry a mailbox, errors inside it; the owners' days are those of ``home``."""
    return [
        _schedule(mailbox, [_floated(entry, home, question.zone) for entry in calendars[mailbox.lower()]], question)
        if mailbox.lower() in calendars
        else person_error(mailbox, "5016")
        for mailbox in question.mailboxes
    ]


def times_only(value: list[dict[str, Any]], reader: str) -> list[dict[str, Any]]:
    """Return the answer as a mailbox sees it that others share nothing but their free/busy with."""
    return [entry if entry["scheduleId"].lower() == reader.lower() else _bare(entry) for entry in value]


def _bare(entry: dict[str, Any]) -> dict[str, Any]:
    items = entry["scheduleItems"]
    kept = items and [{name: item[name] for name in ("status", "start", "end")} for item in items]
    return {**entry, "scheduleItems": kept}


def person_error(mailbox: str, code: str) -> dict[str, Any]:
    """Return one person's error, which comes with HTTP 200."""
    # Graph: the items are null then, not an empty list.
    words = f"Unable to resolve e-mail address {mailbox} to an Active Directory object."
    error = {"message": words, "responseCode": code}
    return {"scheduleId": mailbox, "availabilityView": "", "scheduleItems": None, "workingHours": None, "error": error}


def _instant(value: Mapping[str, str]) -> tuple[datetime, ZoneInfo]:
    name = value["timeZone"]
    try:
        zone = ZoneInfo(WINDOWS_ZONES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        words = f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'."
        raise BadQuestionError("TimeZoneNotSupportedException", words) from error
    local = datetime.fromisoformat(value["dateTime"])
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC), zone


def _refuse_excess(question: Question) -> None:
    if not isinstance(question.slot, int):
        raise BadQuestionError("BadRequest", "availabilityViewInterval is not a number.")
    if not 5 <= question.slot <= 1440:
        raise BadQuestionError("ErrorInvalidMergedFreeBusyInterval", "The interval must be from 5 to 1440 minutes.")
    if not question.start < question.end:
        raise BadQuestionError("ErrorInvalidTimeInterval", "Start time must be less than end time.")
    if question.end - question.start > LONGEST:
        raise BadQuestionError(
            "ErrorTimeIntervalTooBig", "The requested time duration is too long. Maximum is 62 days."
        )
    if len(question.mailboxes) > MOST_MAILBOXES:
        raise BadQuestionError("ErrorMailboxDataArrayTooBig", f"The allowed size = {MOST_MAILBOXES}.")


def _floated(entry: Appointment, home: ZoneInfo, asked: ZoneInfo) -> Appointment:
    # Graph: an all-day entry is a date; it comes back as midnight of whatever zone the question is asked in.
    if not entry.all_day:
        return entry
    first, last = entry.start.astimezone(home).date(), entry.end.astimezone(home).date()
    return replace(entry, start=_midnight(first, asked), end=_midnight(last, asked))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _schedule(mailbox: str, calendar: Sequence[Appointment], question: Question) -> dict[str, Any]:
    entries = sorted((e for e in calendar if e.start < question.end and question.start < e.end), key=lambda e: e.start)
    return {
        "scheduleId": mailbox,
        "availabilityView": _view(entries, question),
        "scheduleItems": [_item(entry) for entry in entries],
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": "Tokyo Standard Time"},
        },
    }


def _view(entries: list[Appointment], question: Question) -> str:
    slot = timedelta(minutes=question.slot)
    slots = -((question.start - question.end) // slot)
    starts = [question.start + slot * number for number in range(slots)]
    return "".join(
        str(max((_DIGITS[e.status] for e in entries if e.start < at + slot and at < e.end), default=0)) for at in starts
    )


def _item(entry: Appointment) -> dict[str, Any]:
    # Graph documents subject, place and privacy here; attendees and body are bait of ours.
    return {
        "isPrivate": entry.sensitivity == "private",
        "status": entry.status,
        "subject": entry.subject,
        "location": entry.location,
        "isMeeting": bool(entry.attendees),
        "isRecurring": True,
        "isException": False,
        "isReminderSet": False,
        "attendees": [{"emailAddress": {"address": address, "name": address}} for address in entry.attendees],
        "bodyPreview": entry.subject,
        "start": _stamp(entry.start),
        "end": _stamp(entry.end),
    }


def _stamp(instant: datetime) -> dict[str, str]:
    # Graph: seven fractional digits and no offset; the zone stands beside it.
    return {"dateTime": instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") + ".0000000", "timeZone": "UTC"}
