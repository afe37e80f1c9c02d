"""A manifest in words: who may ask what about whom, until when, and what our identity may do."""

from collections.abc import Iterator
from datetime import date, datetime

from sekimori.manifest.expected import expected_of, proven
from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.identity import CredentialKind, Identity
from sekimori.manifest.tables.partners import Partner, Requester
from sekimori.manifest.tables.people import Person
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.sources import WatchSource
from sekimori.manifest.tables.watch import WatchedApp
from sekimori.manifest.vendors import moved
from sekimori.manifest.warnings import Warned
from sekimori.manifest.wording import ACCESS, CONCERNS, CREDENTIALS, PHRASES, PRECISIONS, SURFACES


def explained(manifest: Manifest, *, language: Language) -> str:
    """Explain a manifest, one fact a line; names no mailbox."""
    return "\n".join(_Explanation(manifest, language).lines())


def warned(concerns: tuple[Warned, ...], *, language: Language) -> str:
    """Write the warnings, one a line; nothing where there are none."""
    if not concerns:
        return ""
    return "\n".join([PHRASES[language]["warnings"], *(f"  ! {_doubt(each, language)}" for each in concerns)])


def _doubt(doubt: Warned, language: Language) -> str:
    meant = PHRASES[language]["meant"].format(word=doubt.suggestion) if doubt.suggestion else ""
    return f"{doubt.key}: {CONCERNS[language][doubt.concern].format(day=doubt.day, value=doubt.value)}{meant}"


class _Explanation:
    def __init__(self, manifest: Manifest, language: Language) -> None:
        self._manifest = manifest
        self._language = language
        self._zone = manifest.service.zone

    def lines(self) -> Iterator[str]:
        yield self._say("asking")
        for partner in self._manifest.partners:
            yield from self._partner(partner)
        if not any(partner.requesters for partner in self._manifest.partners):
            yield f"  {self._say('nobody')}"
        if self._manifest.slack.administrators:
            yield f"  {self._say('stops', values=', '.join(self._manifest.slack.administrators))}"
        yield f"\n{self._say('shown')}"
        for person in self._manifest.people:
            yield f"  {self._person(person)}"
            if person.also:
                keepers = ", ".join(dict.fromkeys(also.provider.value for also in person.also))
                yield f"    {self._say('also', values=keepers)}"
        if not self._manifest.people:
            yield f"  {self._say('no_people')}"
        yield f"\n{self._say('identity')}"
        yield from (f"  {line}" for line in self._identity(self._manifest.identity))
        yield from (f"  {line}" for line in proven(self._manifest.watch, self._language))
        for key, address, is_own in moved(self._manifest.endpoints):
            yield f"  {self._say('moved' if is_own else 'elsewhere', key=key, address=address)}"
        for app in self._manifest.watch.apps:
            values = self._listed(app.permissions, otherwise="none")
            yield f"  {self._say('watched', name=app.name, app=app.app_id, values=values)}"
            yield from (f"    {line}" for line in self._watched(app))
        yield f"\n{self._say('sources')}"
        yield from (f"  {self._source(source)}" for source in self._manifest.watch.sources)
        if not self._manifest.watch.sources:
            yield f"  {self._say('no_sources')}"
        yield f"\n{self._say('sinks')}"
        yield from (f"  {line}" for line in self._sinks())

    def _partner(self, partner: Partner) -> Iterator[str]:
        place = self._say(
            "grid" if partner.enterprise else "workspace", team=partner.team, enterprise=partner.enterprise
        )
        channels = self._listed(partner.channels, otherwise="no_channel")
        surface = SURFACES[self._language][partner.answer_in]
        yield f"  {self._say('partner', id=partner.id, place=place, channels=channels, surface=surface)}"
        for requester in partner.requesters:
            yield from (f"    {self._grant(requester, person)}" for person in requester.may_ask)
        for post in partner.weekly_posts:
            yield f"    {self._say('post', person=post.person, channel=post.channel, at=post.at, weeks=post.weeks)}"
        for watch in partner.collision_watches:
            yield f"    {self._say('collisions', person=watch.person, to=watch.channel or watch.requester)}"

    def _source(self, source: WatchSource) -> str:
        return self._say(
            f"source_{source.kind.value}",
            path=source.path,
            hubs=", ".join(source.hubs),
            servers=source.servers,
            group=source.consumer_group,
            logs=", ".join(source.logs),
            app=source.app_id,
            query=source.query,
            keys=len(source.keys),
        )

    def _sinks(self) -> Iterator[str]:
        channel, sinks = self._manifest.slack.security_channel, self._manifest.watch.sinks
        if channel:
            yield self._say("sink_slack", name="slack", to=channel, level="low")
        for sink in sinks:
            to = sink.channel or sink.url or sink.path or sink.site
            yield self._say(f"sink_{sink.kind.value}", name=sink.called, to=to, level=sink.level.value)
        if not (channel or sinks):
            yield self._say("no_sinks")

    def _grant(self, requester: Requester, name: str) -> str:
        person = self._manifest.people_by_id[name]
        last = min((day for day in (requester.until, person.until) if day), default=None)
        purpose = self._say("purpose", purpose=requester.purpose) if requester.purpose else ""
        only = requester.precision
        limit = self._say("only", precision=PRECISIONS[self._language][only]) if only else ""
        end = self._end(last, "until", "endless")
        return self._say("may", user=requester.user, person=name, end=end, purpose=purpose + limit)

    def _person(self, person: Person) -> str:
        return self._say(
            "person",
            id=person.id,
            precision=PRECISIONS[self._language][person.precision],
            hours=person.hours,
            days=person.horizon_days,
            end=self._end(person.until, "person_until", "person_endless"),
        )

    def _identity(self, identity: Identity) -> Iterator[str]:
        words = self._language
        proof, access = CREDENTIALS[words][identity.credential], ACCESS[words][identity.calendar_access]
        yield self._say("app", app=identity.app_id, tenant=identity.tenant_id, credential=proof, access=access)
        if identity.credential is CredentialKind.FEDERATED and (trusted := identity.federation):
            yield self._say("federation", issuer=trusted.issuer, subject=trusted.subject)
        yield self._say("permissions", values=self._listed(identity.permissions, otherwise="none"))
        yield from self._expected(identity)

    def _watched(self, app: WatchedApp) -> Iterator[str]:
        if app.credential:
            yield self._say("proof", credential=CREDENTIALS[self._language][app.credential])
        yield from self._expected(app)

    def _expected(self, app: Identity | WatchedApp) -> Iterator[str]:
        yield self._say("egress", values=self._listed((*app.egress, *app.countries), otherwise="anywhere"))
        yield self._say("owners", values=self._listed(app.owners, otherwise="none"))
        yield from expected_of(app, self._language)
        for window in app.change_windows:
            start, end = self._instant(window.starts), self._instant(window.ends)
            yield self._say("window", start=start, end=end, what=", ".join(window.what), why=window.why)

    def _say(self, phrase: str, **values: object) -> str:
        return PHRASES[self._language][phrase].format(**values)

    def _listed(self, values: tuple[str, ...], *, otherwise: str) -> str:
        return ", ".join(values) or self._say(otherwise)

    def _end(self, day: date | None, phrase: str, otherwise: str) -> str:
        return self._say(phrase, day=day) if day else self._say(otherwise)

    def _instant(self, instant: datetime) -> str:
        return f"{instant.astimezone(self._zone):%Y-%m-%d %H:%M}"
