"""Which findings belong to one alert: the parts of one change, and the same again; pure.

Event time decides, so that a log that is read late makes the same alerts. Only an alert that nobody has judged yet
takes further findings: whoever acknowledged it has seen what was there then, and what comes after is told anew.
What is told in other words (another key, another address) is an alert of its own, until a rule makes too many of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sekimori.watch.alert import Alert
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing

CHANGE_SPAN: Final = timedelta(minutes=5)
"""How far apart two events of one change may be. Entra: the two to four records of one were seconds apart."""

FOLD_SPAN: Final = timedelta(hours=1)
"""For how long the same again is folded into one alert."""

LOUD: Final = 5
"""How many alerts a rule may make on one application within that span; what comes on top is folded into the last."""

_CHANGE: Final = "change:"
_FOLD: Final = "fold:"
_MUTE: Final = "mute:"
_EXPECTED: Final = "expected:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A decision in force: these rules on this application (by this actor) are recorded and not told."""

    decision: int
    rules: frozenset[str]
    app: str | None
    actor: str | None
    standing: Standing

    def covers(self, alert: Alert) -> bool:
        """Say whether a finding, and whatever it speaks for, was judged beforehand."""
        judged = self.rules.issuperset((alert.rule, *alert.also))
        return judged and alert.app_key == self.app and self.actor in {None, alert.actor}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An alert in the making. ``level`` is the highest of its findings, ``lead`` the first of that level.

    ``urgent`` says that the newest revision matters more than what was told before, ``announced`` that the manifest
    expects what is in it.
    """

    id: str
    app: str | None
    standing: Standing
    level: Level
    lead: str
    count: int
    revision: int
    first: datetime
    last: datetime
    mute: int | None = None
    announced: bool = False
    stored: bool = False
    urgent: bool = False

    @property
    def quiet(self) -> bool:
        """Whether nobody is told of it."""
        return self.announced or self.mute is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What came of a batch: each group as it is now, where each finding belongs, and which keys lead to it."""

    groups: Mapping[str, Group]
    placed: Mapping[str, str]
    keys: Mapping[str, str]


def keys_of(alert: Alert, mutes: Iterable[Mute]) -> list[str]:
    """Return every key that may lead to the alert a finding belongs to."""
    if alert.expected:
        return [_expected_key(alert)]
    if mute := muted(alert, mutes):
        return [_mute_key(alert, mute)]
    return [*_sure_keys(alert), *_slots(alert)]


def muted(alert: Alert, mutes: Iterable[Mute]) -> Mute | None:
    """Return the decision that mutes a finding; what was announced needs none."""
    if alert.expected:
        return None
    return next((mute for mute in mutes if mute.covers(alert)), None)


def sort_into(
    alerts: Sequence[Alert],
    *,
    groups: Mapping[str, Group],
    keys: Mapping[str, str],
    mutes: Sequence[Mute],
    now: datetime,
) -> Sorted:
    """Put findings that are new into the alerts they belong to.

    Args:
        alerts: the findings, in the order in which they were read.
        groups: the alerts that are known, by id, as far as a key leads to them.
        keys: which key leads to which of them.
        mutes: the decisions in force.
        now: stands for the time of a record that tells none.
    """
    desk = _Desk(groups=dict(groups), keys=dict(keys), now=now)
    for alert in alerts:
        desk.place(alert, muted(alert, mutes))
    return Sorted(
        groups={id_: desk.groups[id_] for id_ in desk.touched},
        placed=desk.placed,
        keys={key: id_ for key, id_ in desk.keys.items() if keys.get(key) != id_},
    )


@dataclass(slots=True, kw_only=True)
class _Desk:
    groups: dict[str, Group]
    keys: dict[str, str]
    now: datetime
    placed: dict[str, str] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)

    def place(self, alert: Alert, mute: Mute | None) -> None:
        time = datetime.fromisoformat(alert.time) if alert.time else self.now
        sure = keys_of(alert, [mute] if mute else []) if mute or alert.expected else list(_sure_keys(alert))
        found = next((group for key in sure if (group := self._open(key, alert, time))), None)
        slot = None
        if found is None and mute is None and not alert.expected:
            slot = next((key for key in _slots(alert) if self._open(key, alert, time) is None), None)
            found = None if slot else self._open(_slots(alert)[-1], alert, time)
        group = _opened(alert, mute, time) if found is None else self._joined(found, alert, time)
        self.groups[group.id] = group
        self.touched[group.id] = None
        self.placed[alert.fingerprint] = group.id
        self.keys |= dict.fromkeys([*sure, *([slot] if slot else [])], group.id)

    def _open(self, key: str, alert: Alert, time: datetime) -> Group | None:
        group = self.groups.get(self.keys.get(key, ""))
        if group is None or (group.standing is not Standing.NEW and not group.quiet):
            return None
        if _conflict(group.app, alert.app_key):
            return None
        if key.startswith(_CHANGE):
            return group if abs(time - group.first) <= CHANGE_SPAN else None
        return group if abs(time - group.first) < FOLD_SPAN else None

    def _joined(self, group: Group, alert: Alert, time: datetime) -> Group:
        fresh_revision = group.revision if group.id in self.touched else group.revision + 1
        raised = alert.level.rank > group.level.rank
        return replace(
            group,
            app=group.app or alert.app_key,
            level=alert.level if raised else group.level,
            lead=alert.fingerprint if raised else group.lead,
            count=group.count + 1,
            revision=fresh_revision,
            first=min(group.first, time),
            last=max(group.last, time),
            urgent=group.urgent or raised,
        )


def _opened(alert: Alert, mute: Mute | None, time: datetime) -> Group:
    standing = Standing.EXPECTED if alert.expected else mute.standing if mute else Standing.NEW
    return Group(
        id=alert.fingerprint,
        app=alert.app_key,
        standing=standing,
        level=alert.level,
        lead=alert.fingerprint,
        count=1,
        revision=1,
        first=time,
        last=time,
        mute=mute.decision if mute else None,
        announced=alert.expected,
    )


def _conflict(one: str | None, other: str | None) -> bool:
    """Say whether two ids of the same kind differ: whoever writes the log may reuse a correlation id."""
    if one is None or other is None or one == other:
        return False
    return one.partition(":")[0] == other.partition(":")[0]


def _mute_key(alert: Alert, mute: Mute) -> str:
    return f"{_MUTE}{mute.decision}|{alert.rule}|{alert.app_key or ''}"


def _expected_key(alert: Alert) -> str:
    return f"{_EXPECTED}{alert.rule}|{alert.app_key or ''}"


def _sure_keys(alert: Alert) -> Iterator[str]:
    """Yield the keys of what surely belongs together: one change, and the same again."""
    if alert.correlation:
        yield f"{_CHANGE}{alert.correlation}"
    if alert.likeness:
        yield f"{_CHANGE}{alert.app_key or ''}|{alert.likeness}"
    yield f"{_FOLD}{alert.rule}|{alert.app_key or ''}|{alert.detail}"


def _slots(alert: Alert) -> list[str]:
    return [f"{_FOLD}{alert.rule}|{alert.app_key or ''}#{number}" for number in range(LOUD)]
