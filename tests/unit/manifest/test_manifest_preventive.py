"""What is printed is run here: by bash, with an `az` that keeps what it is given."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.manifest.loader import load
from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.conditional_access import conditional_access
from sekimori.manifest.preventive.diagnostics import CATEGORIES, Destination, diagnostics
from sekimori.manifest.preventive.entra import entra
from sekimori.manifest.preventive.exchange import exchange, recipient_filter
from sekimori.manifest.preventive.script import Shell, as_json, script
from sekimori.manifest.preventive.setting import NothingToPrint, Setting
from sekimori.manifest.tables.identity import CalendarAccess, CredentialKind, Federation
from sekimori.manifest.tables.service import Language

FULL = load(Path(__file__).parent / "full.toml")
READ_BASIC = "8ba4a692-bc31-4128-9094-475872af8a53"
ROLES = {"Calendars.ReadBasic.All": READ_BASIC}
FEDERATION = Federation(
    issuer="https://5d0c2b1a-3f4e-4a5b-8c6d-7e8f90a1b2c3.tokens.sts.global.api.aws",
    subject="arn:aws:iam::123456789012:role/sekimori",
)
# Between arguments, before the body and after it stand characters that no name may have.
AZ = r"""#!/bin/sh
{
    printf '%s\0' "$@"
    printf '\001'
    for each in "$@"; do if [ "$each" = "@-" ]; then cat; fi; done
    printf '\002'
} >> "$SEEN"
for each in "$@"; do if [ "$each" = "--query" ]; then echo an-id; fi; done
"""

# The shapes of Microsoft Graph v1.0 and Azure Resource Manager, as their references give them.
GUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
TEXT = {"type": "string", "minLength": 1}


def closed(required: list[str], /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def listed(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1}


POLICY = closed(
    ["displayName", "state", "conditions", "grantControls"],
    displayName=TEXT,
    state={"enum": ["enabled", "disabled", "enabledForReportingButNotEnforced"]},
    conditions=closed(
        ["clientApplications", "applications"],
        clientApplications=closed(
            ["includeServicePrincipals"],
            includeServicePrincipals=listed(TEXT),
            excludeServicePrincipals={"type": "array"},
        ),
        applications=closed(["includeApplications"], includeApplications=listed(TEXT)),
        locations=closed(
            ["includeLocations"], includeLocations=listed(TEXT), excludeLocations=listed({"const": "an-id"})
        ),
        servicePrincipalRiskLevels=listed({"enum": ["low", "medium", "high", "none"]}),
    ),
    # Graph: a policy on service principals can block, and nothing else
    grantControls=closed(
        ["operator", "builtInControls"], operator={"enum": ["and", "or"]}, builtInControls={"const": ["block"]}
    ),
)
SHAPES: dict[str, dict[str, Any]] = {
    "conditional_access.location": {
        **closed(
            ["@odata.type", "displayName", "ipRanges"],
            displayName=TEXT,
            isTrusted={"type": "boolean"},
            ipRanges=listed(
                {
                    "type": "object",
                    "required": ["@odata.type", "cidrAddress"],
                    "properties": {
                        "@odata.type": {"pattern": r"^#microsoft\.graph\.iPv[46]CidrRange$"},
                        "cidrAddress": {"pattern": "^[0-9a-f.:]+/[0-9]+$"},
                    },
                }
            ),
        ),
        "additionalProperties": True,
    },
    "conditional_access.policy": POLICY,
    "conditional_access.risk": POLICY,
    "entra.application": closed(
        ["displayName", "signInAudience", "requiredResourceAccess"],
        displayName=TEXT,
        signInAudience={"const": "AzureADMyOrg"},
        isFallbackPublicClient={"const": False},
        web={"type": "object"},
        requiredResourceAccess={
            "type": "array",
            "items": closed(
                ["resourceAppId", "resourceAccess"],
                resourceAppId=GUID,
                resourceAccess=listed(closed(["id", "type"], id=GUID, type={"enum": ["Role", "Scope"]})),
            ),
        },
        servicePrincipalLockConfiguration={"type": "object"},
    ),
    "entra.credential": closed(
        ["name", "issuer", "subject", "audiences"],
        name={"type": "string", "maxLength": 120},
        issuer={"type": "string", "pattern": "^https://", "maxLength": 600},
        subject={"type": "string", "maxLength": 600},
        audiences={"type": "array", "items": TEXT, "minItems": 1, "maxItems": 1},
    ),
    "diagnostics.categories": closed(
        ["properties"],
        properties={
            "type": "object",
            "required": ["logs"],
            "properties": {
                "logs": listed(closed(["category", "enabled"], category=TEXT, enabled={"const": True})),
            },
        },
    ),
}


def declared(**identity: Any) -> Manifest:
    return msgspec.structs.replace(FULL, identity=msgspec.structs.replace(FULL.identity, **identity))


def called(name: str) -> Manifest:
    return msgspec.structs.replace(FULL, service=msgspec.structs.replace(FULL.service, name=name))


def run(text: str, folder: Path) -> list[dict[str, Any]]:
    """Run a script; return what `az` was asked, in order."""
    folder.mkdir(exist_ok=True)
    (folder / "az").write_text(AZ)
    (folder / "az").chmod(0o755)
    (folder / "openssl").write_text("#!/bin/sh\ntouch bot.key bot.crt\n")
    (folder / "openssl").chmod(0o755)
    seen = folder / "seen"
    seen.write_text("")
    environ = {"PATH": f"{folder}:{os.environ['PATH']}", "SEEN": str(seen)}
    environ |= {"event_hub_rule_id": "/rule", "event_hub": "entra", "workspace_id": "/w", "storage_account_id": "/s"}
    subprocess.run(["bash", "-c", text], cwd=folder, env=environ, check=True, capture_output=True)
    return [call(said) for said in seen.read_bytes().decode().split("\2")[:-1]]


def call(said: str) -> dict[str, Any]:
    args, body = said.split("\1")
    return {"args": args.split("\0")[:-1], "body": body}


def bodies(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [json.loads(call["body"]) for call in calls if call["body"]]


def everything(manifest: Manifest) -> list[Setting]:
    return [*entra(manifest, ROLES), *conditional_access(manifest), *diagnostics(Destination.EVENT_HUB)]


def test_every_body_has_the_shape_that_microsoft_documents_when_bash_has_read_it(tmp_path):
    manifest = declared(credential=CredentialKind.FEDERATED, federation=FEDERATION)
    checked = 0
    for setting in everything(manifest):
        made = bodies(
            run(script([*conditional_access(manifest)[:1], setting], shell=Shell.BASH, language=Language.EN), tmp_path)
        )
        if setting.id in SHAPES:
            jsonschema.validate(made[-1], SHAPES[setting.id])
            checked += 1
    assert checked == len(SHAPES)


@given(name=st.text(st.characters(exclude_categories=["Cc", "Cs", "Co"]), min_size=1, max_size=30))
@settings(max_examples=15, deadline=None)
def test_whatever_the_service_is_called_arrives_as_it_is_and_runs_nothing(name, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "hostile"
    calls = run(script(conditional_access(called(name)), shell=Shell.BASH, language=Language.JA), folder)
    assert [body["displayName"] for body in bodies(calls)] == [
        f"{name} egress",
        f"{name}: only from its egress",
        f"{name}: not at risk",
    ]


@pytest.mark.parametrize("name", ["$(touch ran)", "`touch ran`", '"; touch ran; "', "'; touch ran; '", "a\\"])
def test_a_name_that_looks_like_a_command_is_a_name(name, tmp_path):
    manifest = called(name)
    for undo in (False, True):
        text = script(everything(manifest), shell=Shell.BASH, language=Language.EN, undo=undo)
        calls = run(text, tmp_path)
        assert calls
    assert not (tmp_path / "ran").exists()
    asked = [arg for call in calls for arg in call["args"] if "displayName eq" in arg]
    assert all(name.replace("'", "''") in arg for arg in asked)


@pytest.mark.parametrize("name", ["A & B #1", "100% + ?", "ours/theirs"])
def test_a_name_is_looked_up_whole_whatever_a_url_means_by_its_characters(name, tmp_path):
    calls = run(script(conditional_access(called(name)), shell=Shell.BASH, language=Language.EN, undo=True), tmp_path)
    asked = [urlsplit(call["args"][4]) for call in calls if "get" in call["args"]]
    assert [unquote(url.query) for url in asked if not url.fragment][-1] == f"$filter=displayName eq '{name} egress'"
    assert all("&" not in url.query and "+" not in url.query for url in asked)


def test_no_name_stands_for_a_variable_of_the_script(tmp_path):
    name = "\ue000HOME\ue001 ${HOME} <HOME>"
    location = bodies(run(script(conditional_access(called(name)), shell=Shell.BASH, language=Language.EN), tmp_path))[
        0
    ]
    assert location["displayName"] == f"{name} egress"


def test_what_the_registration_was_before_can_be_sent_back_as_it_was_kept(tmp_path):
    kept = run(script(entra(FULL, ROLES)[:1], shell=Shell.BASH, language=Language.EN), tmp_path)[0]["args"]
    fields = kept[kept.index("--query") + 1]
    assert "@odata" not in fields
    assert {"displayName", "web", "requiredResourceAccess"} <= {
        each.partition(":")[0] for each in fields[1:-1].split(", ")
    }


def test_what_is_applied_can_be_undone_and_refers_to_what_was_found(tmp_path):
    calls = run(script(conditional_access(FULL), shell=Shell.BASH, language=Language.EN, undo=True), tmp_path)
    deleted = [call["args"][-1] for call in calls if "delete" in call["args"]]
    assert [url.rsplit("/", 2)[1:] for url in deleted] == [
        ["policies", "an-id"],
        ["policies", "an-id"],
        ["namedLocations", "an-id"],
    ]


def test_the_location_lets_the_declared_egress_through_and_the_policy_excludes_it(tmp_path):
    manifest = declared(egress=("203.0.113.10/32", "2001:db8::/48"))
    location, policy, _ = bodies(
        run(script(conditional_access(manifest), shell=Shell.BASH, language=Language.EN), tmp_path)
    )
    assert [each["cidrAddress"] for each in location["ipRanges"]] == ["203.0.113.10/32", "2001:db8::/48"]
    assert location["ipRanges"][1]["@odata.type"] == "#microsoft.graph.iPv6CidrRange"
    assert policy["conditions"]["clientApplications"]["includeServicePrincipals"] == [
        FULL.identity.service_principal_id
    ]


def test_without_an_egress_there_is_nothing_to_let_through():
    with pytest.raises(NothingToPrint, match="egress"):
        conditional_access(declared(egress=()))


def test_where_exchange_scopes_the_calendars_entra_is_asked_for_none():
    ids = [setting.id for setting in entra(declared(calendar_access=CalendarAccess.SCOPED), ROLES)]
    assert "entra.permissions" not in ids
    direct = entra(FULL, ROLES)
    assert json.dumps(READ_BASIC) in as_json(direct, language=Language.EN)


def test_with_a_certificate_or_a_federation_passwords_are_forbidden_with_a_secret_they_cannot_be():
    assert "entra.no_secret" in {setting.id for setting in entra(FULL, ROLES)}
    with_secret = {setting.id: setting for setting in entra(declared(credential=CredentialKind.SECRET), ROLES)}
    assert "entra.no_secret" not in with_secret
    assert "credential reset" in script([with_secret["entra.credential"]], shell=Shell.BASH, language=Language.EN)


def test_a_permission_nobody_knows_is_named():
    with pytest.raises(NothingToPrint, match=r"Calendars\.Nothing"):
        entra(declared(permissions=("Calendars.Nothing",)), ROLES)


def test_the_scope_names_the_people_and_nobody_else():
    text = script(exchange(FULL, CalendarAccess.SCOPED), shell=Shell.POWERSHELL, language=Language.EN)
    wanted = " -or ".join(f"(EmailAddresses -eq ''smtp:{person.mailbox}'')" for person in FULL.people)
    assert f"-RecipientRestrictionFilter '{wanted}'" in text
    assert "-Role 'Application Calendars.Read' -CustomResourceScope 'Sekimori mailboxes'" in text


@pytest.mark.parametrize("design", list(CalendarAccess))
@pytest.mark.parametrize("language", list(Language))
def test_each_design_says_what_a_leaked_token_reads(design, language):
    manifest = declared(broker_mailbox="broker@fabrikam.example")
    text = script(exchange(manifest, design), shell=Shell.POWERSHELL, language=language)
    assert {Language.JA: "トークンが漏れると", Language.EN: "a leaked token reads"}[language] in text


@pytest.mark.parametrize("design", list(CalendarAccess))
@pytest.mark.parametrize("undo", [False, True])
def test_exchange_is_signed_in_to_before_anything_is_asked_of_it(design, undo):
    manifest = declared(broker_mailbox="broker@fabrikam.example")
    text = script(exchange(manifest, design), shell=Shell.POWERSHELL, language=Language.EN, undo=undo)
    commands = [line for line in text.splitlines() if line and not line.startswith(("#", "$"))]
    assert commands[0] == "Connect-ExchangeOnline"
    assert commands.count("Connect-ExchangeOnline") == 1


def test_a_broker_that_is_not_named_and_a_principal_that_is_not_known_are_asked_for():
    with pytest.raises(NothingToPrint, match="broker_mailbox"):
        exchange(declared(broker_mailbox=None), CalendarAccess.BROKER)
    with pytest.raises(NothingToPrint, match="service_principal_id"):
        exchange(declared(service_principal_id=None), CalendarAccess.SCOPED)


def test_quotes_of_every_kind_stay_inside_powershells_quotes():
    text = script(
        exchange(called("a'; Remove-Item x \u2019"), CalendarAccess.SCOPED),
        shell=Shell.POWERSHELL,
        language=Language.EN,
    )
    assert "-DisplayName 'a''; Remove-Item x \u2019\u2019'" in text


def test_a_filter_of_too_many_people_is_refused_with_another_way():
    with pytest.raises(NothingToPrint, match="CustomAttribute"):
        recipient_filter([f"person{number}@fabrikam.example" for number in range(300)])


@pytest.mark.parametrize("destination", list(Destination))
def test_every_category_is_sent_to_the_destination(destination, tmp_path):
    [body] = bodies(run(script(diagnostics(destination), shell=Shell.BASH, language=Language.EN), tmp_path))
    sent = body["properties"]
    assert {log["category"] for log in sent.pop("logs")} == {category.name for category in CATEGORIES}
    assert set(sent.values()) <= {"/rule", "entra", "/w", "/s"}


def test_json_holds_every_setting_and_no_variable_of_a_shell():
    made = json.loads(as_json(everything(FULL), language=Language.JA))
    assert len({each["id"] for each in made}) > 5
    assert "${" not in json.dumps(made)
    assert all(each["why"] and each["apply"] for each in made)
