"""What a change makes possible, in words: true of that change, in both languages."""

from datetime import UTC

import pytest

from sekimori.watch.domain.changes.credentials import CredentialAdded, CredentialKind, CredentialRemoved
from sekimori.watch.domain.changes.grants import PermissionGranted
from sekimori.watch.domain.explanation import explain
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.tiers import Grant, Tier
from sekimori.watch.domain.words import en_changes, ja_changes


@pytest.mark.parametrize(
    ("words", "signs", "signs_in"), [(en_changes, "SAML", "sign in"), (ja_changes, "SAML", "サインイン")]
)
def test_a_key_that_signs_answers_is_not_said_to_sign_in(words, signs, signs_in):
    signing = CredentialAdded(credential=CredentialKind.CERTIFICATE, key_id="a", usage="Sign")
    proving = CredentialAdded(credential=CredentialKind.CERTIFICATE, key_id="b", usage="Verify")
    alone = words.consequence(CredentialAdded, [signing])
    assert signs in alone
    assert signs_in not in alone
    assert signs_in in words.consequence(CredentialAdded, [signing, proving])


@pytest.mark.parametrize(
    ("words", "app", "said"),
    [
        (
            en_changes,
            "the app HR feed",
            ["added a client secret (key b) to the app HR feed", "removed a client secret (key a) from it"],
        ),
        (
            ja_changes,
            "アプリ「HR feed」",
            [
                "アプリ「HR feed」にクライアント シークレット(キー b)を追加",
                "同アプリからクライアント シークレット(キー a)を削除",
            ],
        ),
    ],
)
def test_an_app_is_named_once(words, app, said):
    new = CredentialAdded(credential=CredentialKind.SECRET, key_id="b", usage="Verify")
    old = CredentialRemoved(credential=CredentialKind.SECRET, key_id="a", usage="Verify")
    assert words.deeds([[new], [old]], app) == said


def test_two_permissions_reach_and_one_reaches():
    asked = [
        PermissionGranted(
            resource_id="r", resource="Microsoft Graph", permission=name, tier=Tier.TENANT_DATA, grant=Grant.APPLICATION
        )
        for name in ("Mail.Read", "Files.Read.All")
    ]
    assert "Mail.Read and Files.Read.All reach the" in en_changes.consequence(PermissionGranted, asked)
    assert "Mail.Read reaches the" in en_changes.consequence(PermissionGranted, asked[:1])


@pytest.mark.parametrize(
    ("category", "named", "said"),
    [
        (
            "ServicePrincipalRiskEvents",
            {"servicePrincipalDisplayName": "HR feed"},
            {
                Language.EN: "Microsoft reported a risk for the app HR feed (leakedCredentials, high, atRisk)",
                Language.JA: "Microsoft がアプリ「HR feed」のリスク(leakedCredentials、high、atRisk)を報告しました",
            },
        ),
        (
            "UserRiskEvents",
            {"userPrincipalName": "eve@fabrikam.example"},
            {
                Language.EN: "a risk for the user eve@fabrikam.example (leakedCredentials, high, atRisk)",
                Language.JA: "ユーザー「eve@fabrikam.example」のリスク",
            },
        ),
        (
            "Administrative",
            {},
            {Language.EN: 'carried out "Risk detection"', Language.JA: "「Risk detection」を実行しました"},
        ),
    ],
)
def test_what_is_no_change_is_a_sentence_too(category, named, said):
    risk = {"riskEventType": "leakedCredentials", "riskLevel": "high", "riskState": "atRisk"}
    record = {"time": "2026-11-20T01:02:05Z", "category": category, "operationName": "Risk detection"}
    for language, words in said.items():
        assert words in explain(read_event({**record, "properties": risk | named}), language, UTC)
