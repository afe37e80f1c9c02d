"""What it can sign in with: the one credential that the manifest declares, and nothing beside it."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from sekimori.doctor.check import NONE, Check, Facts, Outcome, State, Words, both, differs, holds, listed, matched, same
from sekimori.doctor.tenant import Key, Password, Registration, Service, Trusted
from sekimori.doctor.witness import Present
from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.identity import CredentialKind

SOON: Final = timedelta(days=30)


def _no_secret(manifest: Manifest, facts: Facts) -> Outcome:
    app, principal = manifest.identity.app_id, facts.get(Service).principal
    secrets = facts.get(Registration).application.password_credentials
    mend = [f"az ad app credential delete --id {app} --key-id {each.key_id}" for each in secrets]
    mend += [f"az ad sp credential delete --id {principal.id} --key-id {key.key_id}" for key in _own_passwords(facts)]
    found = [f"{each.display_name or '-'} ({each.key_id})" for each in (*secrets, *_own_passwords(facts))]
    if manifest.identity.credential is CredentialKind.SECRET:
        one = len(secrets) == 1 and not _own_passwords(facts)
        expected = both("一つだけ", "one, and no other")
        return matched(one, found=listed(found), expected=expected, mend=tuple(mend[1:]))
    return matched(not found, found=listed(found), expected=NONE, mend=tuple(mend))


def _own_passwords(facts: Facts) -> list[Password]:
    return facts.get(Service).principal.password_credentials


def _certificate(manifest: Manifest, facts: Facts) -> Outcome:
    app, own = manifest.identity.app_id, facts.get(Service).principal.key_credentials
    keys, declared = facts.get(Registration).application.key_credentials, facts.get(Present).thumbprints
    wanted = manifest.identity.credential is CredentialKind.CERTIFICATE
    strangers = [key for key in keys if not (wanted and _thumbprints(key) & declared)]
    mend = [f"az ad app credential delete --id {app} --cert --key-id {key.key_id}" for key in strangers]
    mend += [
        f"az ad sp credential delete --id {facts.get(Service).principal.id} --cert --key-id {key.key_id}" for key in own
    ]
    expected = listed(declared) if wanted else NONE
    if strangers or own:
        return differs(found=listed(map(_said, (*strangers, *own))), expected=expected, mend=tuple(mend))
    if not wanted:
        return holds(found=NONE, expected=expected)
    if not keys:
        mend_none = (f"az ad app credential reset --id {app} --cert @bot.crt --append",)
        return differs(found=NONE, expected=expected, mend=mend_none)
    return _in_time(keys, facts.get(Present).now, expected)


def _in_time(keys: list[Key], now: datetime, expected: Words) -> Outcome:
    ends = [key.end_date_time for key in keys if key.end_date_time]
    first = min(ends, default=None)
    if first is None or first > now + SOON:
        return holds(found=listed(map(_said, keys)), expected=expected)
    state = State.WRONG if first <= now else State.WARNING
    found = both(f"{first:%Y-%m-%d} に切れます", f"ends on {first:%Y-%m-%d}")
    return Outcome(state=state, found=found, expected=expected, mend=("sekimori manifest entra  # entra.credential",))


def _thumbprints(key: Key) -> set[str]:
    """Read a thumbprint in the spellings Graph has for it: base64 of its bytes, or of its hexadecimal text."""
    text = key.custom_key_identifier or ""
    found = {text.casefold()}
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return found
    found.add(raw.hex())
    return found | ({raw.decode("ascii").casefold()} if raw.isascii() else set())


def _said(key: Key) -> str:
    return f"{key.display_name or '-'} ({key.key_id})"


def _federated(manifest: Manifest, facts: Facts) -> Outcome:
    trusted = manifest.identity.federation if manifest.identity.credential is CredentialKind.FEDERATED else None
    found = facts.get(Trusted).credentials
    declared = {(trusted.issuer, trusted.subject, (trusted.audience,))} if trusted else set()
    kept = {(each.issuer, each.subject, tuple(each.audiences)) for each in found}
    strangers = [each for each in found if (each.issuer, each.subject, tuple(each.audiences)) not in declared]
    app = manifest.identity.app_id
    mend = [
        f"az ad app federated-credential delete --id {app} --federated-credential-id {each.id}" for each in strangers
    ]
    mend += ["sekimori manifest entra  # entra.credential"] if declared - kept else []
    return matched(
        kept == declared,
        found=listed(f"{each.issuer} → {each.subject}" for each in found),
        expected=same(f"{trusted.issuer} → {trusted.subject}") if trusted else NONE,
        mend=tuple(mend),
    )


CHECKS = (
    Check(
        id="entra.no_secret",
        what=both("クライアントシークレット", "Client secrets"),
        why=both(
            "シークレットは写し取られても気づけません。攻撃者が居座るために足すのも、まずこれです",
            "nobody notices when a secret is copied, and it is the first thing an attacker adds to stay",
        ),
        techniques=("T1098.001", "T1552.001"),
        needs=(Registration, Service),
        examine=_no_secret,
    ),
    Check(
        id="entra.credential",
        what=both("証明書", "Certificates"),
        why=both(
            "宣言していない証明書は、誰かがこのアプリとしてサインインできるということです",
            "a certificate that is not declared lets somebody sign in as this application",
        ),
        techniques=("T1098.001",),
        needs=(Registration, Service, Present),
        examine=_certificate,
    ),
    Check(
        id="entra.federated",
        what=both("フェデレーション資格情報", "Federated credentials"),
        why=both(
            "よその発行者のトークンでサインインできるようになり、シークレットの一覧には出ません",
            "tokens of somebody else's issuer would sign in, and no list of secrets shows it",
        ),
        techniques=("T1098.001",),
        needs=(Trusted,),
        examine=_federated,
    ),
)
