"""What must hold of the infrastructure: one way out, no wildcard action, no secret in plain, nobody else let in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

AWS = Path(__file__).parents[3] / "deploy" / "aws"
NAMES = ("network", "database", "apprunner", "express")
SERVICES = ("apprunner", "express")


def template(name: str) -> dict[str, Any]:
    import cfnlint.decode  # two seconds, for whoever runs these tests alone

    decoded, faults = cfnlint.decode.decode(str(AWS / f"{name}.yaml"))
    assert not faults
    return json.loads(json.dumps(decoded))


def resources(name: str, kind: str = "") -> dict[str, dict[str, Any]]:
    found = template(name)["Resources"]
    return {
        key: each["Properties"] for key, each in found.items() if each["Type"].startswith(kind) and "Properties" in each
    }


def statements(name: str) -> Iterator[dict[str, Any]]:
    for role in resources(name, "AWS::IAM::Role").values():
        for policy in role.get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]


def actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return action if isinstance(action, list) else [action]


def test_private_subnets_leave_by_the_nat_alone_which_has_the_one_address():
    routes = resources("network", "AWS::EC2::Route")
    private = [route for route in routes.values() if route.get("RouteTableId") == {"Ref": "PrivateRoutes"}]
    assert [route["NatGatewayId"] for route in private if "DestinationCidrBlock" in route] == [{"Ref": "Nat"}]
    assert not any("GatewayId" in route for route in private)
    assert resources("network")["Nat"]["AllocationId"] == {"Fn::GetAtt": ["Egress", "AllocationId"]}
    assert len(resources("network", "AWS::EC2::EIP")) == 1


def test_no_subnet_gives_public_addresses_and_the_service_stands_in_private_ones():
    subnets = resources("network", "AWS::EC2::Subnet")
    kept = {key: each for key, each in subnets.items() if "CidrBlock" in each}
    assert len(kept) == 3
    assert not any(each["MapPublicIpOnLaunch"] for each in kept.values())
    exported = template("network")["Outputs"]["Subnets"]["Value"]["Fn::Join"][1]
    assert exported == [{"Ref": "PrivateSubnetA"}, {"Ref": "PrivateSubnetB"}]


def test_the_service_goes_out_to_declared_ports_only_and_nothing_comes_in_from_outside():
    group = resources("network")["ServiceGroup"]
    [health] = group["SecurityGroupIngress"]
    assert health["CidrIp"] == resources("network")["Network"]["CidrBlock"]
    assert (
        health["FromPort"] == health["ToPort"] == resources("express")["Service"]["PrimaryContainer"]["ContainerPort"]
    )
    assert {rule["FromPort"] for rule in group["SecurityGroupEgress"]} == {443, 9093, 5432, 53}
    assert not any(rule["IpProtocol"] == "-1" for rule in group["SecurityGroupEgress"])


def test_app_runner_goes_out_through_the_network():
    egress = resources("apprunner")["Service"]["NetworkConfiguration"]["EgressConfiguration"]
    assert egress["EgressType"] == "VPC"


def test_express_stands_in_the_private_subnets():
    network = resources("express")["Service"]["NetworkConfiguration"]
    assert "subnets" in json.dumps(network["Subnets"])
    assert len(network["SecurityGroups"]) == 1


@pytest.mark.parametrize("name", SERVICES)
def test_no_action_is_a_wildcard_and_a_resource_is_one_only_where_the_action_knows_none(name):
    without_resource = {"ecr:GetAuthorizationToken", "sts:GetWebIdentityToken"}
    seen = 0
    for statement in statements(name):
        seen += 1
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in actions(statement))
        if statement["Resource"] == "*":
            assert set(actions(statement)) <= without_resource
    assert seen >= 4


@pytest.mark.parametrize("name", SERVICES)
def test_the_role_may_ask_for_short_tokens_for_entra_alone(name):
    [statement] = [each for each in statements(name) if "sts:GetWebIdentityToken" in actions(each)]
    condition = statement["Condition"]
    assert condition["ForAllValues:StringEquals"] == {"sts:IdentityTokenAudience": {"Ref": "FederationAudience"}}
    assert condition["StringEquals"] == {"sts:SigningAlgorithm": "RS256"}
    assert condition["NumericLessThanEquals"]["sts:DurationSeconds"] <= 300
    assert template(name)["Parameters"]["FederationAudience"]["Default"] == "api://AzureADTokenExchange"


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_by_reference_and_two_only_are_readable(name):
    service = json.dumps(resources(name)["Service"])
    assert "ServiceSecret" in service
    plain = re.findall(r'"Name": "([A-Z_]+)", "Value": "([^"]*)"', service)
    assert {key for key, _ in plain} == {"PORT"}
    reading = [each["Resource"] for each in statements(name) if "secretsmanager:GetSecretValue" in actions(each)]
    readable = [each for resource in reading for each in (resource if isinstance(resource, list) else [resource])]
    assert len(readable) == 2
    assert "*" not in json.dumps(readable)


@pytest.mark.parametrize("name", SERVICES)
def test_the_database_password_is_fetched_by_the_service_since_aws_changes_it_every_week(name):
    assert "database-secret" not in json.dumps(resources(name)["Service"])
    policies = resources(name, "AWS::IAM::Role")["ServiceRole"]["Policies"]
    assert "database-secret" in json.dumps(policies)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_secret_stands_in_a_template(name):
    text = (AWS / f"{name}.yaml").read_text("utf-8")
    assert not re.search(r"xox[bap]-|AKIA|BEGIN [A-Z ]*PRIVATE|(?<![A-Za-z])password: [^!{]", text)


def test_the_database_is_encrypted_kept_and_reached_from_the_service_alone():
    database = resources("database")["Database"]
    assert database["StorageEncrypted"]
    assert database["DeletionProtection"]
    assert database["ManageMasterUserPassword"]
    assert not database["PubliclyAccessible"]
    assert "MasterUserPassword" not in database
    [rule] = resources("database")["DatabaseGroup"]["SecurityGroupIngress"]
    assert "service-group" in json.dumps(rule["SourceSecurityGroupId"])
    assert template("database")["Resources"]["Database"]["DeletionPolicy"] == "Snapshot"


@pytest.mark.parametrize("name", SERVICES)
def test_alarms_watch_events_that_the_service_really_logs(name):
    written = {
        event
        for path in (Path(__file__).parents[3] / "src").rglob("*.py")
        for event in re.findall(r"\.(?:error|warning)\(\s*\"([a-z_.]+)\"", path.read_text("utf-8"))
    }
    filters = resources(name, "AWS::Logs::MetricFilter")
    asked = [
        found for each in filters.values() for found in re.findall(r'\$\.event = "([^"]+)"', each["FilterPattern"])
    ]
    assert len(asked) >= 3
    for pattern in asked:
        assert any(re.fullmatch(pattern.replace(".", r"\.").replace("*", ".*"), event) for event in written), pattern
    alarms = {each["MetricName"] for each in resources(name, "AWS::CloudWatch::Alarm").values()}
    assert alarms == {each["MetricTransformations"][0]["MetricName"] for each in filters.values()}


def test_one_parameter_file_serves_both_services():
    given = {line.split("=", 1)[0] for line in json.loads((AWS / "parameters.json").read_text("utf-8"))}
    for name in NAMES:
        asked = template(name)["Parameters"]
        assert {key for key, each in asked.items() if "Default" not in each} <= given
    assert given <= {key for name in NAMES for key in template(name)["Parameters"]}
