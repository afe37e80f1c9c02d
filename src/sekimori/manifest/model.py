"""The manifest as one value (`sekimori.toml`)."""

from collections.abc import Mapping

from sekimori.manifest.tables.audit import AuditSettings
from sekimori.manifest.tables.auditor import Auditor
from sekimori.manifest.tables.coordination import Coordination
from sekimori.manifest.tables.endpoints import Endpoints
from sekimori.manifest.tables.identity import Identity
from sekimori.manifest.tables.partners import Partner
from sekimori.manifest.tables.people import Google, Person
from sekimori.manifest.tables.service import Service
from sekimori.manifest.tables.slack import Slack
from sekimori.manifest.tables.table import Table
from sekimori.manifest.tables.watch import Watch


class Manifest(Table, frozen=True, kw_only=True):
    """The whole declaration."""

    service: Service = Service()
    identity: Identity
    slack: Slack
    endpoints: Endpoints = Endpoints()
    google: Google | None = None
    people: tuple[Person, ...] = ()
    partners: tuple[Partner, ...] = ()
    coordination: Coordination = Coordination()
    watch: Watch = Watch()
    audit: AuditSettings = AuditSettings()
    auditor: Auditor | None = None

    @property
    def people_by_id(self) -> Mapping[str, Person]:
        """The people, by the name the manifest calls them."""
        return {person.id: person for person in self.people}
