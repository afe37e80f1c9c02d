"""Names from the manifest, for applications that an event tells by an id alone."""

from collections.abc import Iterable
from dataclasses import replace

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.parties import Actor, ActorKind, App
from sekimori.watch.domain.profile import IdentityProfile, profile_of


def named(event: Event, profiles: Iterable[IdentityProfile]) -> Event:
    """Return an event with the names and ids that the manifest knows and the log does not say.

    What the log says stays: a name in it is never replaced.
    """
    known = tuple(profiles)
    app, actor = _app(event.app, known), _actor(event.actor, known)
    return event if (app, actor) == (event.app, event.actor) else replace(event, app=app, actor=actor)


def _app(app: App, profiles: tuple[IdentityProfile, ...]) -> App:
    profile = profile_of(app, profiles)
    if profile is None:
        return app
    return App(
        app_id=app.app_id or profile.app_id,
        service_principal_id=app.service_principal_id or profile.service_principal_id,
        object_id=app.object_id or profile.object_id,
        name=app.name if _is_name(app.name, profile) else profile.name,
    )


def _actor(actor: Actor, profiles: tuple[IdentityProfile, ...]) -> Actor:
    if actor.kind is not ActorKind.APP:
        return actor
    profile = profile_of(App(app_id=actor.app_id, service_principal_id=actor.id), profiles)
    if profile is None or _is_name(actor.name, profile):
        return actor
    return replace(actor, name=profile.name)


def _is_name(said: str | None, profile: IdentityProfile) -> bool:
    # Entra: where an application's name is not known, its id stands in the name's place.
    ids = {profile.app_id, profile.object_id, profile.service_principal_id}
    return said is not None and said.casefold() not in ids
