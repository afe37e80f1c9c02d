"""``[audit]``: the key of the audit log, and where its head is copied to."""

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class AuditSettings(Table, frozen=True, kw_only=True):
    """``[audit]``: the key that signs the audit log, and where its signed head is copied to.

    Without them, a key file and a checkpoint file beside the database.
    """

    signing_key: of.Reference | None = None
    public_key: of.Reference | None = None
    checkpoint: of.Text | None = None
