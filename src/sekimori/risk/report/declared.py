"""What the manifest declares, as facts for the report: who we are, from where, with which permission."""

from sekimori.manifest.model import Manifest
from sekimori.watch.domain.language import Language


def declared_facts(manifest: Manifest, language: Language) -> tuple[tuple[str, str], ...]:
    """Return names and values, in the order of the manifest; nobody's name is among them."""
    identity = manifest.identity
    nothing = "なし" if language is Language.JA else "none"
    facts = (
        ("アプリケーションID", "Application id", str(identity.app_id)),
        ("テナントID", "Tenant id", str(identity.tenant_id)),
        ("資格情報の種類", "Credential", identity.credential.value),
        ("権限", "Permissions", ", ".join(identity.permissions)),
        ("予定表の読み方", "Calendar access", identity.calendar_access.value),
        ("送信元", "Egress", ", ".join(identity.egress)),
        ("国", "Countries", ", ".join(identity.countries)),
        ("所有者", "Owners", ", ".join(identity.owners)),
        ("予定を尋ねられる人の数", "People asked about", str(len(manifest.people))),
        ("取引先の数", "Partners", str(len(manifest.partners))),
    )
    return tuple((ja if language is Language.JA else en, value or nothing) for ja, en, value in facts)
