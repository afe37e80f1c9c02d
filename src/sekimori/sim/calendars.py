"""The calendars: weeks around an instant, with texts in them that must never leave Graph."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WEEKS: Final = range(-1, 9)
"""Weeks that are filled, counted from the week of the instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One entry of a calendar, with everything Graph could say about it; start and end are in UTC."""

    start: datetime
    end: datetime
    status: str
    subject: str
    location: str
    attendees: tuple[str, ...] = ()
    sensitivity: str = "normal"
    all_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """An appointment that comes back every week; hours are local, 0-24 is all day."""

    weekday: int
    hours: tuple[float, float]
    status: str
    subject: str
    location: str
    attendees: tuple[str, ...] = ()
    sensitivity: str = "normal"


_SATO: Final = (
    _Row(
        weekday=0,
        hours=(10, 11.5),
        status="busy",
        subject="買収案件 朱雀 キックオフ",
        location="本社 役員会議室 蒼天",
        attendees=("cfo@fabrikam.example", "counsel@lawfirm.example"),
    ),
    _Row(weekday=0, hours=(14, 15), status="tentative", subject="予算折衝 極秘ドラフト", location="会議室 玄武"),
    _Row(weekday=1, hours=(9, 12), status="busy", subject="Project Falcon steering", location="Room Osprey"),
    # Two entries that overlap come back as two items.
    _Row(weekday=1, hours=(11, 13), status="busy", subject="人事評価 面談 田中", location="面談ブース7"),
    _Row(
        weekday=2,
        hours=(0, 24),
        status="oof",
        subject="通院 有給休暇",
        location="聖路加クリニック",
        sensitivity="private",
    ),
    _Row(weekday=3, hours=(9, 18), status="workingElsewhere", subject="在宅勤務 家族看護", location="自宅 世田谷"),
    _Row(
        weekday=3,
        hours=(16, 17),
        status="busy",
        subject="Contoso 契約違反 対応方針",
        location="Teams 8842-7719",
        attendees=("ceo@fabrikam.example",),
        sensitivity="confidential",
    ),
    _Row(weekday=4, hours=(12, 13), status="free", subject="昼食 転職エージェント", location="丸の内 ビストロ白兎"),
    _Row(weekday=4, hours=(15, 17), status="busy", subject="取締役会 事前審議", location="本社 役員会議室 蒼天"),
)
_SUZUKI: Final = (
    _Row(weekday=0, hours=(9, 10), status="busy", subject="鈴木 定例 秘匿議題", location="会議室 白虎"),
    _Row(weekday=3, hours=(13, 16), status="oof", subject="Suzuki hospital visit", location="Shinjuku clinic"),
)
_TAKAHASHI: Final = (
    _Row(weekday=1, hours=(13, 14), status="busy", subject="高橋 内部監査 面談", location="会議室 青龍"),
    _Row(weekday=4, hours=(10, 12), status="busy", subject="Takahashi notice of resignation", location="Room Heron"),
)
# The same people's weeks at company A: some of it lies on what company B has put there.
_SATO_AT_CONTOSO: Final = (
    _Row(
        weekday=0,
        hours=(11, 12),
        status="busy",
        subject="Contoso 常務会 朱鷺プロジェクト",
        location="Contoso 本館 12F",
        attendees=("vp@contoso.example",),
    ),
    _Row(weekday=1, hours=(15, 16), status="tentative", subject="与信審査 下打合せ", location="Contoso 会議室 青磁"),
    _Row(weekday=2, hours=(13, 14), status="busy", subject="Layoff planning, wave 2", location="Contoso annex B"),
    _Row(weekday=3, hours=(12, 13), status="free", subject="採用面接 予備枠", location="Contoso 応接 3"),
    _Row(weekday=4, hours=(16, 18), status="busy", subject="Contoso 訴訟対応 打合せ", location="Contoso 法務室"),
)
_SUZUKI_AT_CONTOSO: Final = (
    _Row(weekday=0, hours=(9.5, 11), status="busy", subject="鈴木 Contoso 監査ヒアリング", location="Contoso 7F"),
    _Row(weekday=2, hours=(0, 24), status="oof", subject="Suzuki at the tax office", location="Chiyoda"),
)
PARTNER_CALENDARS: Final = {"sato@contoso.example": _SATO_AT_CONTOSO, "suzuki@contoso.example": _SUZUKI_AT_CONTOSO}
BROKER: Final = "broker@fabrikam.example"
"""An empty mailbox that may ask about others."""
MAILBOXES: Final[dict[str, tuple[_Row, ...]]] = {
    "sato@fabrikam.example": _SATO,
    "suzuki@fabrikam.example": _SUZUKI,
    "takahashi@fabrikam.example": _TAKAHASHI,
    BROKER: (),
}


def seeded_calendars(now: datetime, zone: ZoneInfo) -> dict[str, tuple[Appointment, ...]]:
    """Lay company B's weekly rows around the local week of an instant."""
    return _laid(MAILBOXES, now, zone)


def partner_calendars(now: datetime, zone: ZoneInfo) -> dict[str, tuple[Appointment, ...]]:
    """Lay company A's weekly rows around the local week of an instant."""
    return _laid(PARTNER_CALENDARS, now, zone)


def _laid(calendars: dict[str, tuple[_Row, ...]], now: datetime, zone: ZoneInfo) -> dict[str, tuple[Appointment, ...]]:
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    mondays = [monday + timedelta(weeks=week) for week in WEEKS]
    return {
        mailbox: tuple(
            _appointment(row, datetime.combine(day, time(), zone) + timedelta(days=row.weekday), zone)
            for day in mondays
            for row in rows
        )
        for mailbox, rows in calendars.items()
    }


def _appointment(row: _Row, midnight: datetime, zone: ZoneInfo) -> Appointment:
    first, last = (_local(midnight, hour, zone) for hour in row.hours)
    return Appointment(
        start=first,
        end=last,
        status=row.status,
        subject=row.subject,
        location=row.location,
        attendees=row.attendees,
        sensitivity=row.sensitivity,
        all_day=row.hours == (0, 24),
    )


def _local(midnight: datetime, hour: float, zone: ZoneInfo) -> datetime:
    wall = midnight.replace(tzinfo=None) + timedelta(hours=hour)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def bait_of(calendars: dict[str, tuple[Appointment, ...]]) -> set[str]:
    """Return every text of the calendars that nobody outside may read."""
    entries = [entry for entries in calendars.values() for entry in entries]
    return {text for e in entries for text in (e.subject, e.location, *e.attendees)}
