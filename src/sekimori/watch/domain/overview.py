"""Findings put together for a reader: by application, the worst first."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.parties import App
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.shown import app_label

MOST: Final = 2000
"""Applications that are told of one by one; a tenant has fewer, a log of random names has more than a reader."""


@dataclass(slots=True, kw_only=True)
class Line:
    """Findings of one rule and level on one application: how many, and what the first of them says."""

    rule: Rule
    level: Level
    said: str
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, time: datetime | None) -> None:
        """Count one more."""
        self.count += 1
        if time:
            self.first = min(self.first or time, time)
            self.last = max(self.last or time, time)


@dataclass(slots=True, kw_only=True)
class AppOverview:
    """What was found on one application. ``times`` holds seconds since 1970, for each level."""

    ids: set[str] = field(default_factory=set)
    id: str = ""
    names: "Counter[str]" = field(default_factory=Counter)
    app_id: str | None = None
    lines: dict[tuple[str, Level], Line] = field(default_factory=dict)
    times: "dict[Level, array[float]]" = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the application is called most often, of names that are as frequent the first; its id without one."""
        return max(self.names, key=lambda name: self.names[name], default=self.id)

    @property
    def worst(self) -> Level:
        """The worst level on this application."""
        return max((level for _, level in self.lines), key=lambda level: level.rank)

    @property
    def counts(self) -> Mapping[Level, int]:
        """How many findings of each level, the worst first."""
        counts = dict.fromkeys(reversed(Level), 0)
        for (_, level), line in self.lines.items():
            counts[level] += line.count
        return {level: count for level, count in counts.items() if count}

    def sorted_lines(self) -> list[Line]:
        """Return the lines, the worst first, then in the order of time."""
        return sorted(self.lines.values(), key=lambda line: (-line.level.rank, line.first or _LATEST))


_NAMES: Final = 100
"""Names of one application that are counted."""
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Rest:
    """Applications that are not told of one by one: how many, and how many findings of each level."""

    apps: int = 0
    counts: Counter[Level] = field(default_factory=Counter)


@dataclass(slots=True)
class Overview:
    """Puts findings together as they come, each told in words once.

    What it keeps grows with rules and applications, not with findings; beyond `most` applications, the mildest are the
    `rest`.
    """

    tell: Callable[[Finding], str]
    most: int = MOST
    rest: Rest = field(default_factory=Rest)
    _apps: dict[int, AppOverview] = field(default_factory=dict)
    _by_id: dict[str, AppOverview] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Take in one finding; events that share an id or a name are of one application."""
        app = self._app_of(finding.event.app)
        key = (finding.rule.id, finding.level)
        if key not in app.lines:
            app.lines[key] = Line(rule=finding.rule, level=finding.level, said=self.tell(finding))
        app.lines[key].add(finding.event.time)
        if finding.event.time:
            app.times.setdefault(finding.level, array("d")).append(finding.event.time.timestamp())
        if len(self._apps) >= 2 * self.most:
            self._let_go()

    def apps(self) -> list[AppOverview]:
        """Return the applications, the one with the worst finding first."""
        if len(self._apps) > self.most:
            self._let_go()
        return self._worst_first()

    def _worst_first(self) -> list[AppOverview]:
        return sorted(self._apps.values(), key=lambda app: (-app.worst.rank, -sum(app.counts.values()), app.label))

    def _let_go(self) -> None:
        for app in self._worst_first()[self.most :]:
            self.rest.apps += 1
            self.rest.counts.update(app.counts)
            del self._apps[id(app)]
            for name in app.ids:
                del self._by_id[name]

    def _app_of(self, app: App) -> AppOverview:
        ids = {known for known in (app.app_id, app.service_principal_id, app.object_id, app.name) if known} or {""}
        known = {id(found): found for each in ids if (found := self._by_id.get(each))}
        overview = self._merged(list(known.values()))
        overview.ids |= ids
        overview.id = overview.id or app_label(app) or ""
        if app.name and (app.name in overview.names or len(overview.names) < _NAMES):
            overview.names[app.name] += 1
        overview.app_id = overview.app_id or app.app_id
        self._by_id.update(dict.fromkeys(ids, overview))
        return overview

    def _merged(self, found: list[AppOverview]) -> AppOverview:
        if not found:
            app = AppOverview()
            self._apps[id(app)] = app
            return app
        first, *others = found
        for other in others:
            del self._apps[id(other)]
            self._by_id.update(dict.fromkeys(other.ids, first))
            _absorb(first, other)
        return first


def _absorb(into: AppOverview, other: AppOverview) -> None:
    into.ids |= other.ids
    into.id = into.id or other.id
    into.names.update(other.names)
    into.app_id = into.app_id or other.app_id
    for key, line in other.lines.items():
        kept = into.lines.setdefault(key, line)
        if kept is not line:
            kept.count += line.count
            kept.first = min(filter(None, (kept.first, line.first)), default=None)
            kept.last = max(filter(None, (kept.last, line.last)), default=None)
    for level, times in other.times.items():
        into.times.setdefault(level, array("d")).extend(times)


def histogram(times: Mapping[Level, Iterable[float]], start: float, end: float, width: int) -> list[tuple[int, Level]]:
    """Return, for each of ``width`` equal spans, how many findings fall into it and the worst level of them."""
    cells = [(0, Level.INFORMATIONAL)] * width
    size = (end - start) / width or 1.0
    for level, instants in times.items():
        for instant in instants:
            place = min(int((instant - start) / size), width - 1)
            count, worst = cells[place]
            cells[place] = (count + 1, max(worst, level, key=lambda each: each.rank))
    return cells
