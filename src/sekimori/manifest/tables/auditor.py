"""``[auditor]``: who reads the tenant and the workspace for the doctor."""

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class Auditor(Table, frozen=True, kw_only=True):
    """``[auditor]``: who reads the tenant and the workspace for ``sekimori doctor``. Never the desk's own identity.

    Either a registration of its own (``app_id`` with ``certificate`` or ``secret``, read-only permissions), or access
    tokens of an administrator's own sign-in: ``token`` for Graph, ``management_token`` for Azure Resource Manager.
    ``slack_token`` may read channels' members (``channels:read``, ``groups:read``).
    """

    app_id: of.AppGuid | None = None
    certificate: of.Reference | None = None
    secret: of.Reference | None = None
    token: of.Reference | None = None
    management_token: of.Reference | None = None
    slack_token: of.Reference | None = None
