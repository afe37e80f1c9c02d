"""``[service]``: how the service is called, and where it runs."""

from enum import StrEnum
from zoneinfo import ZoneInfo

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class Language(StrEnum):
    """A language the service speaks."""

    JA = "ja"
    EN = "en"


class Service(Table, frozen=True, kw_only=True):
    """``[service]``: how it is called, where it listens, what it speaks, where it keeps things."""

    name: of.Text = "Sekimori"
    listen: of.Listen = "127.0.0.1:8484"
    language: Language = Language.JA
    timezone: of.TimeZone = "Asia/Tokyo"
    storage: of.StorageUrl = "sqlite:///sekimori.db"
    storage_password: of.Reference | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The service's time zone; days of the manifest and of questions are days there."""
        return ZoneInfo(self.timezone)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        return of.address_of(self.listen)
