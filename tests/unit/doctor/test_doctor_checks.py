"""Every check is seen to hold once, and to fail once: on values, as Graph and Slack give them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sekimori.bootstrap.doctor import all_checks
from sekimori.doctor.check import Facts, State, Unread, both, examined
from sekimori.doctor.tenant import (
    Access,
    Addresses,
    Application,
    Assignment,
    Delegated,
    Diagnostics,
    Federated,
    Fences,
    Granted,
    Holder,
    Key,
    LastSignIn,
    Location,
    Lock,
    Mailboxes,
    OnBehalf,
    Password,
    Policy,
    Principal,
    Range,
    Registration,
    Required,
    Service,
    SignIn,
    Trusted,
)
from sekimori.doctor.vocabulary import Vocabulary
from sekimori.doctor.witness import Channel, Channels, Clock, Present, Record, Trial, Workspace
from sekimori.manifest.loader import load
from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.conditional_access import block_policy, named_location, risk_policy
from sekimori.manifest.preventive.diagnostics import CATEGORIES
from sekimori.manifest.preventive.exchange import ROLE, recipient_filter
from sekimori.manifest.slack_app import scopes
from sekimori.manifest.tables.identity import CalendarAccess, CredentialKind, Federation
from sekimori.manifest.tables.service import Language

MANIFEST = load(Path(__file__).parents[1] / "manifest" / "full.toml")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GRAPH = "00000003-0000-0000-c000-000000000000"
READ_BASIC, MAIL_READ = "8ba4a692-bc31-4128-9094-475872af8a53", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
PRINCIPAL = MANIFEST.identity.service_principal_id
THUMBPRINT = "a" * 40
END = NOW + timedelta(days=300)
OWN = Key(key_id="k1", display_name="CN=bot", custom_key_identifier=THUMBPRINT.upper(), end_date_time=END)
ISSUER, ROLE_ARN = "https://issuer.example", "arn:aws:iam::123456789012:role/sekimori"


def registration(**changes: Any) -> Registration:
    access = [Access(id=READ_BASIC, type="Role")]
    usual = {
        "id": "o",
        "app_id": MANIFEST.identity.app_id,
        "sign_in_audience": "AzureADMyOrg",
        "required_resource_access": [Required(resource_app_id=GRAPH, resource_access=access)],
        "key_credentials": [OWN],
        "service_principal_lock_configuration": Lock(is_enabled=True, all_properties=True),
    }
    owners = changes.pop("owners", [])
    return Registration(Application(**(usual | changes)), owners)


def service(**changes: Any) -> Service:
    owners, roles = changes.pop("owners", []), changes.pop("roles", [])
    usual = {"id": PRINCIPAL, "app_id": MANIFEST.identity.app_id, "account_enabled": True}
    return Service(Principal(**(usual | changes)), owners, roles)


def fences(**changes: Any) -> Fences:
    """Return what the manifest's own script would have set up, enabled."""
    location = msgspec.convert({"id": "here", **named_location(MANIFEST)}, Location)
    made = [
        block_policy(MANIFEST, principal=str(PRINCIPAL), location="here"),
        risk_policy(MANIFEST, principal=str(PRINCIPAL)),
    ]
    policies = [msgspec.convert({"id": str(n), **body, "state": "enabled"}, Policy) for n, body in enumerate(made)]
    policies = [msgspec.structs.replace(policies[0], **changes), policies[1]]
    return Fences(policies, [location])


def without(policy: int) -> Fences:
    kept = fences()
    return Fences([each for number, each in enumerate(kept.policies) if number != policy], kept.locations)


def wider() -> Fences:
    return Fences(fences().policies, [Location(id="here", ip_ranges=[Range(cidr_address="0.0.0.0/1")])])


def narrowed(**conditions: Any) -> Fences:
    """Return the policy with one more condition: it blocks less than it seems to."""
    return fences(conditions={**fences().policies[0].conditions, **conditions})


def filtered(part: str, filter_: str) -> Fences:
    rule = {"mode": "exclude", "rule": 'CustomSecurityAttribute.Desk.Kind -eq "bot"'}
    return narrowed(**{part: {**fences().policies[0].conditions[part], filter_: rule}})


def with_a_range_nobody_can_read() -> Fences:
    kept = fences()
    ranges = [*kept.locations[0].ip_ranges, Range(cidr_address="198.51.100.0-198.51.100.255")]
    return Fences(kept.policies, [msgspec.structs.replace(kept.locations[0], ip_ranges=ranges)])


def workspace(**changes: Any) -> Workspace:
    usual = {"team": "T0FABRIKAM", "app": "A0APP", "scopes": frozenset(need.name for need in scopes(MANIFEST))}
    return Workspace(**(usual | changes))


def channels(**changes: Any) -> Channels:
    members = frozenset(each.user for partner in MANIFEST.partners for each in partner.requesters)
    usual = {"id": "C0SHARED", "teams": frozenset({"T0FABRIKAM", "T0CONTOSO"}), "members": members, "is_member": True}
    security = Channel("C0SECURITY", frozenset({"T0FABRIKAM"}), frozenset(), True)
    return Channels([Channel(**(usual | changes)), security], {})


def trial(**changes: Any) -> Trial:
    usual = {"status": 200, "keys": frozenset(), "lifetime": timedelta(hours=1), "outside": 403}
    return Trial(**(usual | changes))


def signed_in(address: str) -> LastSignIn:
    return LastSignIn(SignIn(created_date_time=NOW, app_id=MANIFEST.identity.app_id, ip_address=address))


def scoped() -> Mailboxes:
    filter_ = recipient_filter([person.mailbox for person in MANIFEST.people])
    return Mailboxes([Assignment(id="a", role_name=ROLE, scope_filter=filter_)])


def good() -> dict[type, Any]:
    names = {(GRAPH, READ_BASIC, "Role"): "Calendars.ReadBasic.All", (GRAPH, MAIL_READ, "Role"): "Mail.Read"}
    return {
        Registration: registration(),
        Service: service(),
        Trusted: Trusted([]),
        Granted: Granted(["Calendars.ReadBasic.All"]),
        OnBehalf: OnBehalf([]),
        Fences: fences(),
        Mailboxes: Mailboxes([]),
        Diagnostics: Diagnostics(frozenset(each.name for each in CATEGORIES)),
        LastSignIn: signed_in("203.0.113.10"),
        Vocabulary: Vocabulary(names),
        Clock: Clock(timedelta(seconds=1)),
        Present: Present(NOW, frozenset({THUMBPRINT})),
        Trial: trial(),
        Record: Record(9, None, NOW - timedelta(hours=2)),
        Workspace: workspace(),
        Channels: channels(),
    }


def declared(**identity: Any) -> Manifest:
    return msgspec.structs.replace(MANIFEST, identity=msgspec.structs.replace(MANIFEST.identity, **identity))


def states(manifest: Manifest = MANIFEST, **changed: Any) -> dict[str, State]:
    return {result.check.id: result.outcome.state for result in results(manifest, **changed)}


def results(manifest: Manifest = MANIFEST, **changed: Any) -> tuple[Any, ...]:
    facts, values = Facts(), good()
    values |= {kind: changed[kind.__name__] for kind in values if kind.__name__ in changed}
    for kind, value in values.items():
        facts.put(kind, value)
    return examined(all_checks(), manifest, facts)


MORE = Required(resource_app_id=GRAPH, resource_access=[Access(id=MAIL_READ, type="Role")])
SECRET = Password(key_id="s1", display_name="left over")
STRANGER = Key(key_id="k9", display_name="CN=stranger", custom_key_identifier="b" * 40)
SCOPED = declared(calendar_access=CalendarAccess.SCOPED)
NEAR_END = msgspec.structs.replace(OWN, end_date_time=NOW + timedelta(days=10))
OVER = msgspec.structs.replace(OWN, end_date_time=NOW - timedelta(days=1))

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("entra.single_tenant", {"Registration": registration(sign_in_audience="AzureADMultipleOrgs")}),
    ("entra.redirects", {"Registration": registration(spa=Addresses(redirect_uris=["https://app.example/back"]))}),
    (
        "entra.owners",
        {"Registration": registration(owners=[Holder(id="u1", user_principal_name="a@b.example")])},
    ),
    ("entra.owners", {"Service": service(owners=[Holder(id="u2")])}),
    ("entra.enabled", {"Service": service(account_enabled=False)}),
    ("entra.enabled", {"Service": service(account_enabled=None)}),
    ("entra.application", {"Registration": registration(service_principal_lock_configuration=None)}),
    ("entra.no_secret", {"Registration": registration(password_credentials=[SECRET])}),
    ("entra.no_secret", {"Service": service(password_credentials=[SECRET])}),
    ("entra.credential", {"Registration": registration(key_credentials=[OWN, STRANGER])}),
    ("entra.credential", {"Registration": registration(key_credentials=[])}),
    ("entra.credential", {"Registration": registration(key_credentials=[OVER])}),
    ("entra.credential", {"Service": service(key_credentials=[STRANGER])}),
    ("entra.federated", {"Trusted": Trusted([Federated(id="f", issuer="https://elsewhere.example", subject="x")])}),
    ("entra.permissions", {"Granted": Granted(["Calendars.ReadBasic.All", "Mail.Read"])}),
    ("entra.permissions", {"Granted": Granted([])}),
    ("entra.delegated", {"OnBehalf": OnBehalf([Delegated(id="d", scope="Mail.Read")])}),
    (
        "entra.requested",
        {
            "Registration": registration(
                required_resource_access=[
                    Required(resource_app_id=GRAPH, resource_access=[Access(id=MAIL_READ, type="Role")])
                ]
            )
        },
    ),
    ("entra.roles", {"Service": service(roles=[Holder(id="r", display_name="Global Administrator")])}),
    ("conditional_access.policy", {"Fences": without(0)}),
    ("conditional_access.policy", {"Fences": fences(state="enabledForReportingButNotEnforced")}),
    ("conditional_access.policy", {"Fences": fences(state="disabled")}),
    ("conditional_access.policy", {"Fences": wider()}),
    ("conditional_access.policy", {"Fences": Fences(fences().policies, [])}),
    ("conditional_access.policy", {"Fences": fences(grant_controls={"builtInControls": ["mfa"]})}),
    ("conditional_access.policy", {"Fences": narrowed(servicePrincipalRiskLevels=["high"])}),
    ("conditional_access.policy", {"Fences": narrowed(platforms={"includePlatforms": ["linux"]})}),
    ("conditional_access.policy", {"Fences": narrowed(clientAppTypes=["browser"])}),
    ("conditional_access.policy", {"Fences": filtered("clientApplications", "servicePrincipalFilter")}),
    ("conditional_access.policy", {"Fences": filtered("applications", "applicationFilter")}),
    ("conditional_access.policy", {"Fences": with_a_range_nobody_can_read()}),
    ("exchange.scope", {"Mailboxes": scoped()}),
    ("exchange.subject", {"Trial": trial(status=403)}),
    ("diagnostics.categories", {"Diagnostics": Diagnostics(frozenset({"AuditLogs"}))}),
    ("service.egress", {"LastSignIn": signed_in("198.51.100.66")}),
    ("service.egress", {"LastSignIn": signed_in("<null>")}),
    ("service.token_lifetime", {"Trial": trial(lifetime=timedelta(days=3))}),
    ("service.clock", {"Clock": Clock(timedelta(minutes=-3))}),
    ("audit.log", {"Record": Record(9, "entry 4 was changed", NOW)}),
    ("audit.checkpoint", {"Record": Record(9, None, None)}),
    ("slack.app", {"Workspace": workspace(team="T0OTHER")}),
    ("slack.app", {"Workspace": workspace(app="A0OTHER")}),
    ("slack.scopes", {"Workspace": workspace(scopes=frozenset({"admin", "chat:write"}))}),
    ("slack.channels", {"Channels": channels(teams=frozenset({"T0FABRIKAM", "T0CONTOSO", "T0NORTHWIND"}))}),
    ("slack.channels", {"Channels": channels(is_member=False)}),
    ("slack.channels", {"Channels": Channels([], {"C0SHARED": "channel_not_found"})}),
]


def test_what_is_as_declared_is_all_green():
    found = {id_: state for id_, state in states().items() if state is not State.OK}
    assert found == {"exchange.outside": State.SKIPPED}


@pytest.mark.parametrize(("id_", "changed"), WRONG, ids=[f"{id_}-{n}" for n, (id_, _) in enumerate(WRONG)])
def test_what_differs_is_wrong_there_and_says_how_to_mend_it(id_, changed):
    [result] = [each for each in results(**changed) if each.check.id == id_]
    assert result.outcome.state is State.WRONG
    assert result.outcome.mend or id_ in {"exchange.subject"}
    for language in Language:
        assert result.outcome.found[language]
        assert result.outcome.found[language] != result.outcome.expected[language]
        assert result.check.why[language]


def test_every_check_is_seen_to_fail():
    elsewhere = {"exchange.outside", "conditional_access.risk", "slack.members"}
    assert {check.id for check in all_checks()} == {id_ for id_, _ in WRONG} | elsewhere


@pytest.mark.parametrize(
    ("id_", "changed"),
    [
        ("conditional_access.risk", {"Fences": without(1)}),
        ("entra.credential", {"Registration": registration(key_credentials=[NEAR_END])}),
        ("slack.members", {"Channels": channels(members=frozenset({"U0SOMEBODY"}))}),
        ("diagnostics.categories", {"Diagnostics": Diagnostics(frozenset(c.name for c in CATEGORIES[:5]))}),
    ],
)
def test_what_is_worth_a_look_is_a_warning(id_, changed):
    assert states(**changed)[id_] is State.WARNING


def test_a_mailbox_outside_the_scope_that_answers_is_wrong_and_one_that_was_not_tried_is_unknown():
    def outside(answer: int | None) -> State:
        return states(SCOPED, Mailboxes=scoped(), Trial=trial(outside=answer))["exchange.outside"]

    assert [outside(403), outside(200), outside(None)] == [State.OK, State.WRONG, State.UNKNOWN]


def test_an_entra_grant_defeats_the_scope_and_without_one_the_scope_holds():
    granted = Granted(["Calendars.ReadBasic.All"])
    assert states(SCOPED, Mailboxes=scoped(), Granted=granted)["exchange.scope"] is State.WRONG
    assert states(SCOPED, Mailboxes=scoped(), Granted=Granted([]))["exchange.scope"] is State.OK
    assert states(SCOPED, Mailboxes=Mailboxes([]), Granted=Granted([]))["exchange.scope"] is State.WRONG


def test_a_grant_that_defeats_the_scope_is_mended_by_taking_it_away():
    # `manifest entra --undo` knows of no such grant in this design, and would take the credential away.
    granted = Granted(["Calendars.ReadBasic.All", "User.Read.All"], {"Calendars.ReadBasic.All": "g1"})
    [result] = [
        each for each in results(SCOPED, Mailboxes=scoped(), Granted=granted) if each.check.id == "exchange.scope"
    ]
    [mend] = result.outcome.mend
    assert mend.endswith(f'/servicePrincipals/{PRINCIPAL}/appRoleAssignments/g1"')


@pytest.mark.parametrize("spelling", ["({})", "  {}  "])
def test_a_scope_is_known_again_however_exchange_writes_its_filter(spelling):
    [assignment] = scoped().assignments
    terms = reversed(str(assignment.scope_filter).split(" -or "))
    again = msgspec.structs.replace(assignment, scope_filter=spelling.format(" -or  ".join(terms)))
    found = states(SCOPED, Mailboxes=Mailboxes([again]), Granted=Granted([]))
    assert found["exchange.scope"] is State.OK


def test_a_scope_that_names_one_more_or_lets_in_more_is_wrong():
    [assignment] = scoped().assignments
    for more in (
        " -or (EmailAddresses -eq 'smtp:ceo@fabrikam.example')",
        " -or (Name -ne 'x')",
        " -and (Name -ne 'x')",
    ):
        wide = msgspec.structs.replace(assignment, scope_filter=f"{assignment.scope_filter}{more}")
        found = states(SCOPED, Mailboxes=Mailboxes([wide]), Granted=Granted([]))
        assert found["exchange.scope"] is State.WRONG


def test_conditions_that_say_nothing_do_not_narrow_a_policy():
    empty = {"clientAppTypes": ["all"], "platforms": None, "signInRiskLevels": [], "devices": {"includeDevices": []}}
    assert states(Fences=narrowed(**empty))["conditional_access.policy"] is State.OK


def test_without_the_policy_the_one_on_risk_is_not_taken_for_it():
    risk = without(0).policies[0]
    as_graph_gives_it = msgspec.structs.replace(risk, conditions={**risk.conditions, "locations": None})
    changed = Fences([as_graph_gives_it], fences().locations)
    [result] = [each for each in results(Fences=changed) if each.check.id == "conditional_access.policy"]
    assert (result.outcome.found[Language.EN], result.outcome.mend[0].rpartition(" ")[2]) == (
        "none",
        "conditional_access.policy",
    )


def test_a_permission_of_another_resource_does_not_pass_for_graphs_of_the_same_name():
    exchange_online = "00000002-0000-0ff1-ce00-000000000000"
    names = Vocabulary({(each, "r", "Role"): "Calendars.Read" for each in (GRAPH, exchange_online)})
    assert names.name_of(GRAPH, "r", "Role") == "Calendars.Read"
    assert names.name_of(exchange_online, "r", "Role") == f"Calendars.Read ({exchange_online})"


def test_subjects_that_come_back_are_told_and_in_the_design_broker_they_are_wrong():
    came = trial(keys=frozenset({"subject", "location"}))
    [direct] = [each for each in results(Trial=came) if each.check.id == "exchange.subject"]
    assert direct.outcome.state is State.OK
    assert "subject" in direct.outcome.found[Language.EN]
    broker = declared(calendar_access=CalendarAccess.BROKER, broker_mailbox="broker@fabrikam.example")
    assert states(broker, Trial=came)["exchange.subject"] is State.WRONG


def test_with_a_federation_the_one_credential_is_expected_and_any_key_is_wrong():
    federation = Federation(issuer=ISSUER, subject=ROLE_ARN)
    manifest = declared(credential=CredentialKind.FEDERATED, federation=federation)
    trusted = Trusted([Federated(id="f", issuer=ISSUER, subject=ROLE_ARN, audiences=["api://AzureADTokenExchange"])])
    found = states(manifest, Trusted=trusted, Registration=registration(key_credentials=[]))
    assert (found["entra.federated"], found["entra.credential"]) == (State.OK, State.OK)
    assert states(manifest, Trusted=trusted)["entra.credential"] is State.WRONG
    assert states(manifest, Trusted=Trusted([]))["entra.federated"] is State.WRONG


@pytest.mark.parametrize("spelling", [THUMBPRINT, THUMBPRINT.upper(), "qqqqqqqqqqqqqqqqqqqqqqqqqqo="])
def test_a_thumbprint_is_read_in_each_of_graphs_spellings(spelling):
    key = msgspec.structs.replace(OWN, custom_key_identifier=spelling)
    assert states(Registration=registration(key_credentials=[key]))["entra.credential"] is State.OK


def test_what_could_not_be_read_is_unknown_and_never_good():
    why = Unread(why=both("読めません", "could not be read"), mend=("Application.Read.All",))
    found = states(**{kind.__name__: why for kind in good()})
    assert set(found.values()) == {State.UNKNOWN}


def test_what_nobody_looked_at_is_skipped():
    assert {each.outcome.state for each in examined(all_checks(), MANIFEST, Facts())} == {State.SKIPPED}
