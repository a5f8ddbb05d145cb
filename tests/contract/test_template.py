"""What must hold for every resource of template.yaml, also for those somebody adds."""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from portal import files
from portal.config import Settings, settings
from portal.domain import exports
from scripts.package import SERVICES
from tests.contract.template import ROOT, resources, routes, table_properties, template

FUNCTIONS = resources("AWS::Serverless::Function")
GLOBALS = template()["Globals"]["Function"]
WITHOUT_ROUTES = {"NotifyFunction", "BouncesFunction", "UploadFunction"}
"""Called by AWS itself: the table's stream, an event, a queue."""


LONGEST = {"NotifyFunction": 60, "ExportFunction": 900, "UploadFunction": 60}
"""Seconds of those that do more than answer requests."""

LARGEST = {"UploadFunction": 1769}
"""Megabytes of those that do more than answer requests."""


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every IAM statement with the logical id of its role."""
    for role, properties in resources("AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role, statement


def as_list(value: Any) -> list[Any]:
    """One or many, as IAM allows."""
    return value if isinstance(value, list) else [value]


def of(function: str, name: str) -> Any:
    """A property of a function, its own or everybody's."""
    return FUNCTIONS[function].get(name, GLOBALS.get(name))


@pytest.mark.parametrize(("role", "statement"), list(statements()))
def test_a_statement_lists_its_actions_and_names_its_resources(role: str, statement: dict[str, Any]) -> None:
    assert statement["Effect"] == "Allow"
    actions = as_list(statement["Action"])
    assert not [action for action in actions if "*" in action]
    assert "dynamodb:Scan" not in actions
    for resource in as_list(statement["Resource"]):
        assert isinstance(resource, dict), f"{role} names a resource by hand: {resource}"
        # An object's ARN ends with its key, so it cannot do without a star; it is held to one folder of one bucket.
        # GuardDuty ends the name of the rule that it makes for itself with an id.
        spared = r"Bucket\.Arn\}/[a-z]+/\*|rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*"
        assert "*" not in re.sub(spared, "", json.dumps(resource))


def test_every_other_policy_names_what_it_allows_too() -> None:
    # An object's ARN ends with its key, so a bucket's policy cannot do without a star; it is held to one folder.
    (policy,) = resources("AWS::S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Fn::Sub": "${StaticBucket.Arn}/static/*"}
    assert statement["Action"] == ["s3:GetObject"]
    assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]


def test_no_role_gets_rights_from_elsewhere() -> None:
    for properties in resources("AWS::IAM::Role").values():
        assert not properties.keys() & {"ManagedPolicyArns", "PermissionsBoundary"}
    for properties in FUNCTIONS.values():
        assert "Policies" not in properties


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_its_own_role_log_and_limits(function: str) -> None:
    feature = function.removesuffix("Function")
    properties = FUNCTIONS[function]
    assert properties["Role"] == {"Fn::GetAtt": [f"{feature}Role", "Arn"]}
    assert properties["LoggingConfig"]["LogGroup"] == {"Ref": f"{feature}LogGroup"}
    assert 0 < of(function, "Timeout") <= LONGEST.get(function, 29)
    assert 128 <= of(function, "MemorySize") <= LARGEST.get(function, 1024)
    assert of(function, "Runtime") == "python3.13"
    assert of(function, "Architectures") == ["arm64"]
    assert template()["Resources"][function]["Metadata"] == {"BuildMethod": "makefile"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_to_its_own_log_only(function: str) -> None:
    feature = function.removesuffix("Function")
    logs = [s for role, s in statements() if role == f"{feature}Role" and "logs:PutLogEvents" in s["Action"]]
    assert [s["Resource"] for s in logs] == [{"Fn::GetAtt": [f"{feature}LogGroup", "Arn"]}]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_its_handler_and_an_alarm(function: str) -> None:
    feature = function.removesuffix("Function")
    assert of(function, "Handler") == f"functions.{feature.lower()}.app.handler"
    assert (ROOT / "functions" / feature.lower() / "app.py").is_file()
    alarm = resources("AWS::CloudWatch::Alarm")[f"{feature}Errors"]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": function}}]
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_every_log_ends() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert len(groups) == len(FUNCTIONS) + 1
    assert all(group["RetentionInDays"] for group in groups.values())


def test_every_alarm_tells_somebody() -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    watched = {alarm["MetricName"] for alarm in alarms.values()}
    assert watched == {"Errors", "IteratorAge", "ApproximateNumberOfMessagesVisible", "Strays", "5xx"}
    assert all(alarm["AlarmActions"] and alarm["TreatMissingData"] for alarm in alarms.values())


def test_a_route_stands_once_and_in_the_functions_code_too() -> None:
    deployed = routes()
    assert len({(route.method, route.path) for route in deployed}) == len(deployed)
    assert {function for _, _, function in deployed} == FUNCTIONS.keys() - WITHOUT_ROUTES


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - WITHOUT_ROUTES))
def test_code_and_template_say_the_same_routes(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in dataclasses.fields(Settings):
        monkeypatch.setenv(field.name.upper(), "x")
    feature = function.removesuffix("Function").lower()
    app = importlib.import_module(f"functions.{feature}.app").app
    settings.cache_clear()
    answered = {(route.method, re.sub(r"<(\w+)>", r"{\1}", route.path)) for route in _routes_of(app)}
    assert answered == {(route.method, route.path) for route in routes() if route.function == function}


def _routes_of(app: Any) -> list[Any]:
    return [*app._static_routes, *app._dynamic_routes]


def test_every_variable_is_a_setting_and_the_other_way_round() -> None:
    fields = {field.name.upper() for field in dataclasses.fields(Settings)}
    for function in FUNCTIONS:
        own = FUNCTIONS[function].get("Environment", {}).get("Variables", {})
        assert GLOBALS["Environment"]["Variables"].keys() | own.keys() == fields


def test_the_code_reads_no_other_variable() -> None:
    sources = [file for folder in ("portal", "functions") for file in (ROOT / folder).rglob("*.py")]
    readers = {file.name for file in sources if re.search(r"os\.(environ|getenv)", file.read_text(encoding="utf-8"))}
    # box.py hands the interpreter's own variable of libraries on to the process that decodes strangers' files.
    assert readers <= {"config.py", "box.py"}


def test_the_table_is_kept_and_can_be_brought_back() -> None:
    table = template()["Resources"]["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["Protected", True, False]}


def test_tests_can_make_the_very_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        made = boto3.client("dynamodb").create_table(**table_properties("table"))["TableDescription"]
    assert made["GlobalSecondaryIndexes"][0]["IndexName"] == "by_office"


def test_outbox_records_are_delivered_whatever_one_of_them_does() -> None:
    source = FUNCTIONS["NotifyFunction"]["Events"]["Outbox"]["Properties"]
    assert source["BisectBatchOnFunctionError"] is True
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["MaximumRetryAttempts"] >= 1
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    (pattern,) = (json.loads(entry["Pattern"]) for entry in source["FilterCriteria"]["Filters"])
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "OUT#"}]}}}}


def test_a_mail_may_be_sent_from_the_one_domain_with_the_one_configuration_set() -> None:
    allowed = [(role, s["Resource"]) for role, s in statements() if "ses:SendEmail" in as_list(s["Action"])]
    ((role, (identity, configuration)),) = allowed
    assert role == "NotifyRole"
    assert json.dumps(identity).count(":identity/${MailDomain}") == 1
    assert configuration["Fn::Sub"].endswith(":configuration-set/${MailConfiguration}")
    assert GLOBALS["Environment"]["Variables"]["CONFIGURATION_SET"] == {"Ref": "MailConfiguration"}


def test_what_becomes_of_mails_is_told_of_this_configuration_set_only() -> None:
    (configuration,) = resources("AWS::SES::ConfigurationSet").values()
    # What is held back is decided by the portal, or a sign-in asked for would be lost without a word.
    assert configuration["SuppressionOptions"] == {"SuppressedReasons": []}
    (destination,) = resources("AWS::SES::ConfigurationSetEventDestination").values()
    assert destination["ConfigurationSetName"] == {"Ref": "MailConfiguration"}
    assert destination["EventDestination"]["Enabled"] is True
    assert sorted(destination["EventDestination"]["MatchingEventTypes"]) == ["bounce", "complaint", "delivery"]
    assert "EventBridgeDestination" in destination["EventDestination"]
    (rule,) = FUNCTIONS["BouncesFunction"]["Events"].values()
    assert rule["Type"] == "EventBridgeRule"
    pattern = rule["Properties"]["Pattern"]
    assert pattern["source"] == ["aws.ses"]
    assert pattern["detail"] == {"mail": {"tags": {"ses:configuration-set": [{"Ref": "MailConfiguration"}]}}}


def test_an_event_that_could_not_be_kept_is_parked() -> None:
    after = FUNCTIONS["BouncesFunction"]["EventInvokeConfig"]
    assert after["MaximumRetryAttempts"] >= 1
    assert after["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}


def test_jobs_are_handed_over_one_by_one_as_often_as_the_portal_counts() -> None:
    source = FUNCTIONS["ExportFunction"]["Events"]["Jobs"]["Properties"]
    assert source["BatchSize"] == 1
    assert source["MaximumRetryAttempts"] == exports.ATTEMPTS - 1
    assert exports.SILENT_FOR.total_seconds() > of("ExportFunction", "Timeout")
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    (pattern,) = (json.loads(entry["Pattern"]) for entry in source["FilterCriteria"]["Filters"])
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "JOB#"}]}}}}


def test_exports_are_kept_no_longer_than_the_page_says() -> None:
    (rule,) = resources("AWS::S3::Bucket")["ExportBucket"]["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", exports.KEPT_FOR.days)
    assert "Prefix" not in rule
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_only_the_export_function_reaches_exports() -> None:
    reaching = {role for role, statement in statements() if "ExportBucket" in json.dumps(statement)}
    assert reaching == {"ExportRole"}


def test_files_that_nobody_needs_any_more_are_thrown_away_and_documents_are_kept() -> None:
    rules = resources("AWS::S3::Bucket")["DocumentsBucket"]["LifecycleConfiguration"]["Rules"]
    ends = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    assert ends == {"incoming/": 7, "aside/": 90, "archives/": exports.KEPT_FOR.days}
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    bucket = template()["Resources"]["DocumentsBucket"]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_browsers_may_only_post_and_from_the_portals_own_pages() -> None:
    (rule,) = resources("AWS::S3::Bucket")["DocumentsBucket"]["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["POST"]
    (origin,) = rule["AllowedOrigins"]
    local, elsewhere = {"Fn::Sub": "http://${Domain}"}, {"Fn::Sub": "https://${Domain}"}
    assert origin == {"Fn::If": ["IsLocal", local, elsewhere]}


def test_every_arrival_is_told_to_intake_as_often_as_it_takes() -> None:
    (told,) = resources("AWS::S3::Bucket")["DocumentsBucket"]["NotificationConfiguration"]["QueueConfigurations"]
    queue, own = resources("AWS::SQS::Queue")["IntakeQueue"], {"Fn::GetAtt": ["IntakeQueue", "Arn"]}
    assert (told["Queue"], told["Event"]) == (own, "s3:ObjectCreated:*")
    assert told["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": files.INCOMING}]}}
    source = FUNCTIONS["UploadFunction"]["Events"]["Arrived"]["Properties"]
    assert (source["Queue"], source["FunctionResponseTypes"]) == (own, ["ReportBatchItemFailures"])
    assert queue["VisibilityTimeout"] == 6 * of("UploadFunction", "Timeout")
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    scanned = queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
    assert scanned > timedelta(hours=1).total_seconds()
    (policy,) = resources("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Principal"], statement["Resource"]) == ({"Service": "s3.amazonaws.com"}, own)
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_each_role_reaches_only_the_documents_folders_it_works_with() -> None:
    reached: dict[str, set[tuple[str, str]]] = {}
    for role, statement in statements():
        folders = re.findall(r"DocumentsBucket\.Arn\}/([a-z]+)/", json.dumps(statement["Resource"]))
        actions = [action.removeprefix("s3:") for action in as_list(statement["Action"])]
        if folders:
            reached.setdefault(role, set()).update((folder, action) for folder in folders for action in actions)
    incoming = {role: {action for folder, action in ways if folder == "incoming"} for role, ways in reached.items()}
    assert {role for role, actions in incoming.items() if "GetObject" in actions} == {"UploadRole", "MalwareRole"}
    assert {role for role, actions in incoming.items() if "PutObject" in actions} == {"HandoverRole"}
    # What was put aside may be dangerous: nothing of the portal opens it.
    assert {role: way for role, ways in reached.items() for way in ways if way[0] == "aside"} == {
        "UploadRole": ("aside", "PutObject")
    }


def test_no_bucket_is_public() -> None:
    for bucket in resources("AWS::S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4


def test_packages_hold_the_description_of_every_service_the_code_calls() -> None:
    source = "".join((ROOT / "portal" / f"{door}.py").read_text(encoding="utf-8") for door in ("aws", "storage"))
    called = set(re.findall(r"\bclient\(\"(\w+)\"\)", source))
    assert called == set(SERVICES)


def test_no_page_of_one_person_is_kept_for_another() -> None:
    key = resources("AWS::CloudFront::CachePolicy")["PageCachePolicy"]["CachePolicyConfig"]
    parts = key["ParametersInCacheKeyAndForwardedToOrigin"]
    assert parts["CookiesConfig"] == {"CookieBehavior": "all"}
    assert parts["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert "Authorization" in parts["HeadersConfig"]["Headers"]
    assert key["DefaultTTL"] == 0


def _added_by_the_front() -> dict[str, Any]:
    """Headers that the distribution puts into each request for the functions, whatever the viewer sent."""
    (front,) = resources("AWS::CloudFront::Distribution").values()
    (api,) = [origin for origin in front["DistributionConfig"]["Origins"] if origin["Id"] == "api"]
    condition, headers, _ = api["OriginCustomHeaders"]["Fn::If"]
    assert condition == "HasOriginSecret"
    return {header["HeaderName"].lower(): header["HeaderValue"] for header in headers}


def test_the_front_proves_itself_to_the_functions() -> None:
    assert _added_by_the_front() == {"x-origin-secret": {"Ref": "OriginSecret"}}
    assert template()["Parameters"]["OriginSecret"]["NoEcho"] is True


def test_every_header_the_code_reads_comes_through_the_distribution() -> None:
    asked = resources("AWS::CloudFront::OriginRequestPolicy")["PageRequestPolicy"]["OriginRequestPolicyConfig"]
    key = resources("AWS::CloudFront::CachePolicy")["PageCachePolicy"]["CachePolicyConfig"]
    kept = key["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"]
    passed = {header.lower() for header in [*asked["HeadersConfig"]["Headers"], *kept]} | set(_added_by_the_front())
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "portal").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'(?:_header\(\w+, |headers\.get\()"([\w-]+)"', source)}
    assert {"accept", "origin", "authorization"} <= read
    # What a browser has already: where CloudFront does not ask on with it, the answer is only sent whole.
    assert read - {"cookie", "if-none-match"} <= passed


def test_the_service_worker_may_serve_every_page() -> None:
    (front,) = resources("AWS::CloudFront::Distribution").values()
    behaviours = {one["PathPattern"]: one for one in front["DistributionConfig"]["CacheBehaviors"]}
    # The first pattern that fits decides.
    assert list(behaviours).index("/static/sw.js") < list(behaviours).index("/static/*")
    assert behaviours["/static/sw.js"]["ResponseHeadersPolicyId"] == {"Ref": "WorkerHeaders"}
    headers = resources("AWS::CloudFront::ResponseHeadersPolicy")["WorkerHeaders"]["ResponseHeadersPolicyConfig"]
    (allowed,) = headers["CustomHeadersConfig"]["Items"]
    assert (allowed["Header"], allowed["Value"]) == ("Service-Worker-Allowed", "/")
