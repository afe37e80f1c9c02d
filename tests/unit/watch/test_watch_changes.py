"""What each family of changes reads, beyond what the rules' samples show."""

import json
from typing import Any

import pytest

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.changes.redirects import Weakness, weakness_of
from sekimori.watch.domain.permissions import GRAPH, parse_table, permission_of, resource_name, shipped_table
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.tiers import Grant, Tier, tier_of

ONE = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"
TWO = "[KeyIdentifier=c1324354-6576-4879-8a9b-c2d3e4f50617,KeyType=AsymmetricX509Cert,KeyUsage=Verify,DisplayName=y]"


def changes(record: Any) -> list[dict[str, Any]]:
    return [as_plain(change) for change in read_event(record).changes]


def kinds(record: Any) -> list[str]:
    return [change["kind"] for change in changes(record)]


@pytest.mark.parametrize(
    "new",
    [
        json.dumps([ONE]),
        [ONE],
        ONE,
        json.dumps(json.dumps([ONE])),
        json.dumps([ONE], indent=2).replace("\n", "\r\n"),
        [{"KeyIdentifier": "b0213243-5465-4768-998a-b1c2d3e4f506", "KeyType": "Password", "KeyUsage": "Verify"}],
        {"keyIdentifier": "B0213243-5465-4768-998A-B1C2D3E4F506", "keyType": "Password", "keyUsage": "Verify"},
        json.dumps([ONE])[:-1],
    ],
)
@pytest.mark.parametrize("old", [None, "", "[]", "null", [], '"[]"'])
def test_one_key_in_every_encoding(audit: Any, old: Any, new: Any) -> None:
    (change,) = changes(audit("Update application", {"KeyDescription": (old, new)}))
    assert (change["kind"], change["credential"]) == ("credential_added", "secret")
    assert change["key_id"] == "b0213243-5465-4768-998a-b1c2d3e4f506"


def test_a_key_that_goes_and_one_that_comes(audit: Any) -> None:
    record = audit("Update application", {"KeyDescription": (json.dumps([ONE]), json.dumps([TWO]))})
    assert kinds(record) == ["credential_added", "credential_removed"]


def test_an_operation_that_only_adds_keys_is_believed_without_them(audit: Any) -> None:
    (change,) = changes(audit("Add service principal credentials.", {}))
    assert (change["kind"], change["credential"], change["key_id"]) == ("credential_added", "unknown", None)
    assert kinds(audit("Add service principal credentials", {"KeyDescription": (json.dumps([ONE]), "[]")})) == [
        "credential_removed"
    ]
    assert kinds(audit("Update application \u2013 Certificates and secrets management ", {})) == []


def test_audiences_in_another_order_are_the_same(audit: Any) -> None:
    one = {"Name": "n", "Issuer": "https://token.actions.githubusercontent.com", "Subject": "repo:a/b:ref:c", "Id": "i"}
    told = [json.dumps([{**one, "Audiences": audiences}]) for audiences in (["a", "b"], ["b", "a"], ["b"])]
    assert kinds(audit("Update application", {"FederatedIdentityCredentials": (told[0], told[1])})) == []
    assert kinds(audit("Update application", {"FederatedIdentityCredentials": (told[0], told[2])})) == [
        "federated_credential_changed"
    ]


def test_the_property_is_found_in_any_target_at_any_index(audit: Any) -> None:
    record = audit("Add application", {"DisplayName": ("[]", '["x"]'), "keydescription": ("[]", [ONE])})
    other = {"id": "1", "type": "Other", "modifiedProperties": []}
    record["properties"]["targetResources"].insert(0, other)
    assert kinds(record) == ["application_added", "credential_added"]


@pytest.mark.parametrize("targets", [lambda targets: targets[0], json.dumps, lambda targets: json.dumps(targets[0])])
def test_targets_may_be_one_object_or_a_string(audit: Any, targets: Any) -> None:
    record = audit("Update application", {"KeyDescription": ("[]", [ONE])})
    record["properties"]["targetResources"] = targets(record["properties"]["targetResources"])
    assert kinds(record) == ["credential_added"]


def asked(*permissions: tuple[str, bool], resource: str = GRAPH) -> str:
    listed = [{"EntitlementId": entitlement, "DirectAccessGrant": direct} for entitlement, direct in permissions]
    return json.dumps([{"ResourceAppId": resource, "RequiredAppPermissions": listed, "EncodingVersion": 1}])


MAIL = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"


def test_permissions_are_decoded_per_resource_and_unknown_ones_kept_raw(audit: Any) -> None:
    both = json.dumps(json.loads(asked((MAIL, True))) + json.loads(asked((MAIL, True), resource="11111111-0000")))
    graph, unknown = changes(audit("Update application.", {"RequiredResourceAccess": ("[]", both)}))
    assert (graph["permission"], graph["resource"], graph["tier"]) == ("Mail.Read", "Microsoft Graph", "tenant_data")
    assert (unknown["permission"], unknown["resource"], unknown["permission_id"]) == (None, None, MAIL)


def test_the_same_id_as_application_and_as_delegated_permission_are_two(audit: Any) -> None:
    record = audit("Update application", {"RequiredResourceAccess": (asked((MAIL, False)), asked((MAIL, True)))})
    assert [(c["kind"], c["grant"]) for c in changes(record)] == [
        ("permission_requested", "application"),
        ("permission_request_removed", "delegated"),
    ]


def test_a_consent_names_what_is_new_in_it(audit: Any) -> None:
    text = (
        "[[Id: a, ConsentType: AllPrincipals, Scope: User.Read, CreatedDateTime: x]] => "
        "[[Id: a, ConsentType: AllPrincipals, Scope: User.Read Mail.Read, CreatedDateTime: x]]; "
    )
    changed = {
        "ConsentContext.IsAdminConsent": (None, '"True"'),
        "ConsentAction.Permissions": (None, json.dumps(text)),
    }
    (change,) = changes(audit("Consent to application", changed))
    assert (change["admin"], change["everyone"], change["scopes"]) == (True, True, ["Mail.Read"])


def test_a_delegated_grant_that_grows(audit: Any) -> None:
    changed = {
        "DelegatedPermissionGrant.Scope": ('" User.Read"', '" User.Read Mail.Read"'),
        "DelegatedPermissionGrant.ConsentType": (None, '"AllPrincipals"'),
        "TargetId.ServicePrincipalNames": (None, f'"{GRAPH};https://graph.microsoft.com"'),
    }
    (change,) = changes(audit("Add delegated permission grant", changed, target_type="ServicePrincipal"))
    assert (change["permission"], change["everyone"], change["resource"]) == ("Mail.Read", True, "Microsoft Graph")


def test_a_grant_that_does_not_say_what_it_grants_is_one(audit: Any) -> None:
    (change,) = changes(audit("Add delegated permission grant", {}, target_type="ServicePrincipal"))
    assert (change["kind"], change["permission"], change["tier"]) == ("permission_granted", None, None)
    assert kinds(audit("Update delegated permission grant", {})) == []


@pytest.mark.parametrize("operation", ["Add delegated permission grant", "Add OAuth2PermissionGrant."])
def test_the_resource_of_a_grant_is_not_who_gets_it(audit: Any, operation: str) -> None:
    changed = {
        "DelegatedPermissionGrant.Scope": (None, '"Mail.Read"'),
        "ServicePrincipal.AppId": (None, '""'),
        "ServicePrincipal.ObjectID": (None, '"7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3"'),
        "TargetId.ServicePrincipalNames": (None, f'"{GRAPH};https://graph.microsoft.com"'),
    }
    record = audit(operation, changed, target_type="ServicePrincipal")
    record["properties"]["additionalDetails"] = [{"key": "AppId", "value": GRAPH}]
    app = read_event(record).app
    assert (app.app_id, app.service_principal_id) == (None, "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3")


@pytest.mark.parametrize(
    ("operation", "found"),
    [
        ("Add member to role", ["role_member_added"]),
        ("Add eligible member to role in PIM completed (permanent)", ["role_member_added"]),
        ("Add member to role requested (PIM activation)", []),
        ("Remove member from role", ["role_member_removed"]),
        ("Update conditional access policy", ["policy_changed"]),
        ("Delete policy", ["policy_changed"]),
        ("Disable Strong Authentication", []),
        ("Hard Delete service principal", ["service_principal_erased"]),
        ("Update user", []),
    ],
)
def test_operations_that_are_changes_by_their_name(audit: Any, operation: str, found: list[str]) -> None:
    assert kinds(audit(operation)) == found


@pytest.mark.parametrize(
    ("uri", "weakness"),
    [
        ("https://bot.fabrikam.example/auth", None),
        ("http://bot.fabrikam.example/auth", Weakness.PLAINTEXT),
        ("http://localhost:8080/", Weakness.LOCALHOST),
        ("https://*.fabrikam.example/", Weakness.WILDCARD),
        ("https://x.azurewebsites.net/", Weakness.SHARED_HOST),
        ("ms-appx-web://x", None),
        ("http://[", None),
    ],
)
def test_weak_redirect_uris(uri: str, weakness: Weakness | None) -> None:
    assert weakness_of(uri) is weakness


def test_the_table_of_permissions() -> None:
    assert len(shipped_table()) > 1700
    known = permission_of(GRAPH, "8BA4A692-bc31-4128-9094-475872af8a53", Grant.APPLICATION)
    assert known is not None
    assert (known.name, known.tier) == ("Calendars.ReadBasic.All", Tier.READ_BASICS)
    assert permission_of(GRAPH, known.id, Grant.DELEGATED) is None
    assert resource_name("00000002-0000-0FF1-CE00-000000000000") == "Office 365 Exchange Online"
    assert resource_name("other") is None
    assert parse_table("# note\n[r]\nid A Name.With Spaces\n")["r", "id", Grant.APPLICATION].name == "Name.With Spaces"


@pytest.mark.parametrize(
    ("name", "grant", "tier"),
    [
        ("RoleManagement.ReadWrite.Directory", Grant.APPLICATION, Tier.TAKEOVER),
        ("Directory.AccessAsUser.All", Grant.DELEGATED, Tier.TAKEOVER),
        ("full_access_as_app", Grant.APPLICATION, Tier.TAKEOVER),
        ("Mail.Read", Grant.APPLICATION, Tier.TENANT_DATA),
        ("Mail.Read", Grant.DELEGATED, Tier.ONE_MAILBOX),
        ("Mail.ReadBasic.All", Grant.APPLICATION, Tier.READ_BASICS),
        ("User.Read", Grant.DELEGATED, Tier.READ_BASICS),
        ("offline_access", Grant.DELEGATED, Tier.READ_BASICS),
        ("Sites.Selected", Grant.APPLICATION, Tier.READ_BASICS),
    ],
)
def test_tiers(name: str, grant: Grant, tier: Tier) -> None:
    assert tier_of(name, grant) is tier


CUT = asked((MAIL, True))[:-40]


@pytest.mark.parametrize(
    ("new", "ids"),
    [
        ("zzz", []),
        (5, []),
        ([7], []),
        (CUT, [GRAPH, MAIL]),
        (json.dumps(CUT), [GRAPH, MAIL]),
        ([{"unknown": 1}], []),
        ([{"ResourceAppId": GRAPH, "RequiredAppPermissions": [{"DirectAccessGrant": True}]}], [GRAPH]),
        ([{"ResourceAppId": GRAPH, "RequiredAppPermissions": "[{cut"}], [GRAPH]),
    ],
)
def test_a_list_of_permissions_that_cannot_be_read_is_a_request(audit: Any, new: Any, ids: list[str]) -> None:
    (change,) = changes(audit("Update application", {"RequiredResourceAccess": ("[]", new)}))
    assert (change["kind"], change["unreadable"], change["visible_ids"]) == ("permission_requested", True, ids)
    assert (change["permission"], change["permission_id"], change["tier"]) == (None, None, None)


def test_ids_that_stood_there_before_are_not_what_is_new(audit: Any) -> None:
    (change,) = changes(audit("Update application", {"RequiredResourceAccess": (asked((MAIL, False)), CUT)}))
    assert change["visible_ids"] == []


@pytest.mark.parametrize("same", ["zzz", CUT, [{"ResourceAppId": GRAPH, "RequiredAppPermissions": []}]])
def test_what_cannot_be_read_and_did_not_change_is_no_request(audit: Any, same: Any) -> None:
    assert kinds(audit("Update application", {"RequiredResourceAccess": (same, same)})) == []
    assert kinds(audit("Update application", {"RequiredResourceAccess": (same, "[]")})) == []


def test_what_can_be_read_beside_it_is_read(audit: Any) -> None:
    new = [*json.loads(asked((MAIL, True))), "zzz"]
    named, unread = changes(audit("Update application", {"RequiredResourceAccess": ("[]", new)}))
    assert (named["permission"], named["unreadable"]) == ("Mail.Read", False)
    assert (unread["permission"], unread["unreadable"]) == (None, True)


TRUST = {"Id": "a", "Name": "build", "Issuer": "https://idp.example.net", "Subject": "s"}


@pytest.mark.parametrize("new", ["zzz", json.dumps([TRUST])[:-20], [{"Name": "build"}], [5]])
def test_a_federated_credential_that_cannot_be_read_is_added(audit: Any, new: Any) -> None:
    (change,) = changes(audit("Update application", {"FederatedIdentityCredentials": ("[]", new)}))
    assert (change["kind"], change["unreadable"], change["issuer"]) == ("federated_credential_added", True, None)
    assert kinds(audit("Update application", {"FederatedIdentityCredentials": (new, new)})) == []


def test_nothing_is_known_to_be_gone_from_a_value_that_cannot_be_read(audit: Any) -> None:
    changed = {"FederatedIdentityCredentials": (json.dumps([TRUST]), json.dumps([TRUST])[:-20])}
    assert kinds(audit("Update application", changed)) == ["federated_credential_added"]
