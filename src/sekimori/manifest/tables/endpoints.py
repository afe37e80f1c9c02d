"""``[endpoints]``: where the vendors answer."""

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class Endpoints(Table, frozen=True, kw_only=True):
    """``[endpoints]``: where each vendor answers; ``ca_bundle`` is relative to the manifest's folder.

    ``sts`` is AWS's, the one of ``identity.federation.region`` where it is absent.
    """

    slack_api: of.Url = "https://slack.com/api/"
    graph: of.Url = "https://graph.microsoft.com/v1.0"
    login: of.Url = "https://login.microsoftonline.com"
    google: of.Url = "https://www.googleapis.com/calendar/v3"
    google_token: of.Url = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    datadog: of.Url = "https://api.datadoghq.com"
    sts: of.Url | None = None
    management: of.Url = "https://management.azure.com"
    ca_bundle: of.Text | None = None
