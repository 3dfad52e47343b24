"""``make deploy`` on an emulator: the first time, again, with something changed, and from another clone."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from chalicelib import functions
from chalicelib.refusals import IdentityTaken
from infra import admin, answers, aws, policy
from infra.aws import CannotDeploy
from infra.deploy import Deployed
from tests.deploy.operator import REGION, Operator, get, make_checkout

FROM = "support@example.com"
URL = "https://support.example.com"
FUNCTIONS = {one.of("prod"): f"app.{one.name}" for one in functions.FUNCTIONS}


@pytest.fixture(scope="module")
def prod(operator: Operator) -> Deployed:
    """The stage prod, deployed to an empty account by an operator who has no domain yet."""
    deployed = operator.deploy(mail_from=FROM)
    assert deployed is not None
    return deployed


class TestFirst:
    """What stands after the first deployment."""

    def test_the_code_is_the_package(self, operator: Operator, prod: Deployed) -> None:
        """Every function has the very zip that was built, and its own handler."""
        package = (operator.root / "build" / "foyer.zip").read_bytes()
        digest = base64.b64encode(hashlib.sha256(package).digest()).decode()
        made = {name: function(operator, name) for name in FUNCTIONS}
        assert {name: one["Handler"] for name, one in made.items()} == FUNCTIONS
        assert {one["CodeSha256"] for one in made.values()} == {digest}

    def test_the_settings_are_the_stacks(self, operator: Operator, prod: Deployed) -> None:
        """The functions are told what CloudFormation made, and nothing that is secret."""
        outputs = stack(operator, "foyer-prod")
        for name in FUNCTIONS:
            told = function(operator, name)["Environment"]["Variables"]
            assert told == operator.environment("prod")
        assert told == {
            "FOYER_STAGE": "prod",
            "FOYER_TABLE": outputs["Table"],
            "FOYER_UPLOAD_BUCKET": outputs["UploadBucket"],
            "FOYER_ATTACHMENT_BUCKET": outputs["AttachmentBucket"],
            **functions.environment("prod"),
            "FOYER_SECRETS_PARAMETER": outputs["SecretsParameter"],
            "FOYER_CONFIGURATION_SET": outputs["ConfigurationSet"],
            "FOYER_PUBLIC_URL": prod.public_url,
            "FOYER_MAIL_FROM": FROM,
            "FOYER_REPLY_DOMAIN": "example.com",
        }
        assert {outputs[name] for name in ("MailQueue", "IndexQueue", "MailEvents")} <= set(told.values())

    def test_the_rights_are_the_policy(self, operator: Operator, prod: Deployed) -> None:
        """Each function's role may do what the policy of the stage says, and nothing else."""
        iam = operator.client("iam")
        wanted = policy.document(stage="prod", region=REGION, account=operator.account.id)
        for name in FUNCTIONS:
            role = function(operator, name)["Role"].rpartition("/")[2]
            (inline,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
            assert iam.get_role_policy(RoleName=role, PolicyName=inline)["PolicyDocument"] == wanted
            assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []

    def test_an_index_has_time_and_memory_to_be_built(self, operator: Operator, prod: Deployed) -> None:
        """A whole processor for five minutes; its queue gives a message to nobody else for six times as long."""
        made = {name: function(operator, name) for name in FUNCTIONS}
        sizes = {name: (one["MemorySize"], one["Timeout"]) for name, one in made.items()}
        assert sizes.pop("foyer-prod-build_index") == (1769, 300)
        assert set(sizes.values()) == {(512, 30)}

    def test_queues_schedule_and_topic_reach_their_functions(self, operator: Operator, prod: Deployed) -> None:
        """Mail is sent one at a time, indexes are built, the sweep runs each minute, and SES's events come in."""
        sources = operator.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        ends = {one["EventSourceArn"].rpartition(":")[2]: one["FunctionArn"].rpartition(":")[2] for one in sources}
        assert ends == {
            one.trigger.of("prod"): one.of("prod")
            for one in functions.FUNCTIONS
            if isinstance(one.trigger, functions.Queue)
        }
        assert {one["BatchSize"] for one in sources} == {1}
        events = operator.client("events")
        (rule,) = events.list_rules()["Rules"]
        assert rule["ScheduleExpression"] == "rate(1 minute)"
        (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        assert target["Arn"].endswith(":foyer-prod-sweep")
        (subscription,) = operator.client("sns").list_subscriptions()["Subscriptions"]
        assert subscription["TopicArn"].endswith(":foyer-prod-mail-events")
        assert subscription["Endpoint"].endswith(":foyer-prod-mail_events")

    def test_the_portal_answers(self, operator: Operator, prod: Deployed) -> None:
        """The deployed package serves the home page, and knows its table and its keys."""
        status, headers, text = get(f"{prod.api_url}/")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "<title>Help centre · Support</title>" in text
        status, _, text = get(f"{prod.api_url}/healthz")
        assert (status, json.loads(text)) == (200, {"status": "ok", "stage": "prod"})

    def test_the_address_is_that_of_the_api(self, operator: Operator, prod: Deployed) -> None:
        """Without a domain, links in mail lead to the API's own address, and browsers may upload from there."""
        host = f"https://{operator.api('prod')}.execute-api.{REGION}.amazonaws.com"
        assert prod.public_url == f"{host}/prod"
        bucket = stack(operator, "foyer-prod")["UploadBucket"]
        (rule,) = operator.client("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
        assert rule["AllowedOrigins"] == [host]

    def test_unknown_addresses_get_a_page(self, operator: Operator, prod: Deployed) -> None:
        """Where the API has no such address, a page says so, with status 404 and the way home."""
        status, headers, text = get(f"{prod.api_url}/no/such/page")
        assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "There is no such page" in text
        assert f'href="{prod.public_url}/"' in text
        given = operator.client("apigateway").get_gateway_responses(restApiId=operator.api("prod"), limit=100)["items"]
        own = {one["responseType"] for one in given if not one["defaultResponse"]}
        assert own == set(answers.ANSWERS)

    def test_the_stage_has_a_speed_limit(self, operator: Operator, prod: Deployed) -> None:
        """A flood is stopped by API Gateway before it costs anything."""
        api = operator.client("apigateway").get_stage(restApiId=operator.api("prod"), stageName="prod")
        limit = api["methodSettings"]["*/*"]
        assert (limit["throttlingRateLimit"], limit["throttlingBurstLimit"]) == (answers.RATE, answers.BURST)

    def test_the_keys_are_secret(self, operator: Operator, prod: Deployed) -> None:
        """The signing keys are an encrypted parameter, and stand in no file and in nothing that was printed."""
        parameter = operator.client("ssm").get_parameter(Name="/foyer/prod/secrets", WithDecryption=True)["Parameter"]
        assert parameter["Type"] == "SecureString"
        keys = json.loads(parameter["Value"])
        assert set(keys) == {"cookie", "reply"}
        files = [path for path in (operator.root / ".chalice").rglob("*") if path.is_file() and path.suffix == ".json"]
        written = operator.text + "".join(path.read_text() for path in files)
        assert not [key for kept in keys.values() for key in kept if key in written]


class TestSettingUp:
    """``make admin`` and ``make portal``."""

    def test_the_first_admin_and_the_portal(self, operator: Operator, prod: Deployed) -> None:
        """The first admin has every right, and customers find the portal while it is on."""
        assert get(f"{prod.api_url}/login")[0] == 404
        said: list[str] = []
        home = admin.house(operator.account, "prod", operator.root)

        author = admin.operator(dataclasses.replace(operator.account, user="assumed-role/Admin/lena"))
        admin.invite(home, "Lena Lead", "Lena@Example.com", said.append, author)
        admin.switch(home, "1", "Acme Support", said.append, author)

        entries = [*home.audit.span(1, 2)]
        assert [one.change.action for one in entries] == ["staff:invite", "portal:change"]
        assert {one.change.author.name for one in entries} == {"Operator (assumed-role/Admin/lena)"}

        member = home.staff.store.get(home.staff.store.owner("lena@example.com") or "")
        assert member is not None
        assert (member.role, member.may("staff:write")) == ("admin", True)
        assert said[0].endswith("/staff/login with lena@example.com.")
        assert said[1] == "Acme Support: the portal is on."
        status, _, text = get(f"{prod.api_url}/login")
        assert status == 200
        assert "Acme Support" in text
        admin.switch(home, "0", "", said.append)
        assert get(f"{prod.api_url}/login")[0] == 404

    def test_what_cannot_be(self, operator: Operator, prod: Deployed) -> None:
        """An address that is taken, nobody at all, and a switch that is neither on nor off are refused."""
        home = admin.house(operator.account, "prod", operator.root)
        admin.invite(home, "Ada", "ada@example.com", print)
        with pytest.raises(IdentityTaken):
            admin.invite(home, "Another Ada", "ada@example.com", print)
        with pytest.raises(CannotDeploy, match="Say who"):
            admin.invite(home, "", "", print)
        with pytest.raises(CannotDeploy, match="ON is 1 or 0"):
            admin.switch(home, "yes", "", print)


class TestAgain:
    """What a later run does."""

    def test_nothing_has_changed(self, operator: Operator, prod: Deployed) -> None:
        """The same again changes nothing: not stack, keys, settings, code, nor the API and its speed limit."""
        change = {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "50"}
        stage = {"restApiId": operator.api("prod"), "stageName": "prod"}
        operator.client("apigateway").update_stage(**stage, patchOperations=[change])
        before = picture(operator)
        again = operator.deploy()
        assert again == prod
        assert picture(operator) == before
        limit = operator.client("apigateway").get_stage(**stage)["methodSettings"]["*/*"]
        assert limit["throttlingRateLimit"] == 50
        assert "  nothing to change" in operator.said
        assert "  are there, and stay" in operator.said
        assert "  as they were" in operator.said

    def test_from_another_clone(self, operator: Operator, prod: Deployed, tmp_path: Path) -> None:
        """A clone that has the settings, but never deployed, updates the same functions and the same API."""
        other = dataclasses.replace(operator, root=make_checkout(tmp_path), said=[])
        for name in ("config.json", "policy-prod.json"):
            (other.root / ".chalice" / name).write_bytes((operator.root / ".chalice" / name).read_bytes())
        assert other.deploy() == prod
        assert len(operator.client("apigateway").get_rest_apis()["items"]) == 1
        assert other.api("prod") == operator.api("prod")


def test_a_change_arrives(operator: Operator, tmp_path: Path) -> None:
    """New code, another address, sender and table reach functions and bucket; the API stays the same."""
    mine = dataclasses.replace(operator, root=make_checkout(tmp_path), said=[])
    mine.deploy(stage="changing", mail_from="Shop <mailto:old@example.com>.", url="https://old.example.com")
    before, api = function(mine, "foyer-changing"), mine.api("changing")
    with (mine.root / "static" / "portal.css").open("a") as sheet:
        sheet.write("\n.new { color: inherit }\n")
    deployed = mine.deploy(stage="changing", mail_from="new@example.com", url=f"{URL}/")
    after = function(mine, "foyer-changing")
    assert deployed is not None
    assert deployed.public_url == URL
    assert mine.api("changing") == api
    assert after["CodeSha256"] != before["CodeSha256"]
    assert after["Environment"]["Variables"]["FOYER_PUBLIC_URL"] == URL
    assert after["Environment"]["Variables"]["FOYER_MAIL_FROM"] == "new@example.com"
    assert ".new { color" in get(f"{deployed.api_url}/static/portal.css")[2]
    (rule,) = mine.client("s3").get_bucket_cors(Bucket=stack(mine, "foyer-changing")["UploadBucket"])["CORSRules"]
    assert rule["AllowedOrigins"] == [URL]

    dynamodb = mine.client("dynamodb")
    made = dynamodb.describe_table(TableName="foyer-changing")["Table"]
    restored = "foyer-changing-restored"
    keys = [one for one in made["AttributeDefinitions"] if one["AttributeName"] in {"pk", "sk"}]
    dynamodb.create_table(
        TableName=restored, BillingMode="PAY_PER_REQUEST", KeySchema=made["KeySchema"], AttributeDefinitions=keys
    )
    deployed = mine.deploy(stage="changing", table=restored)
    assert deployed is not None
    assert function(mine, "foyer-changing")["Environment"]["Variables"]["FOYER_TABLE"] == restored
    assert get(f"{deployed.api_url}/healthz")[0] == 200


def test_a_dry_run_changes_nothing(operator: Operator, tmp_path: Path) -> None:
    """With DRY=1 a new stage is described and nothing of it is made."""
    mine = dataclasses.replace(operator, root=make_checkout(tmp_path), said=[])
    settings = (mine.root / ".chalice" / "config.json").read_text()
    assert mine.deploy(stage="planned", mail_from=FROM, dry=True) is None
    assert "would be made" in mine.text
    assert (mine.root / ".chalice" / "config.json").read_text() == settings
    assert not (mine.root / "build" / "foyer.zip").exists()
    stacks = {one["StackName"] for one in mine.client("cloudformation").describe_stacks()["Stacks"]}
    assert "foyer-planned" not in stacks
    filters = [{"Key": "Name", "Option": "BeginsWith", "Values": ["/foyer/planned/"]}]
    assert mine.client("ssm").describe_parameters(ParameterFilters=filters)["Parameters"] == []


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"stage": ""}, "Name the stage"),
        ({"stage": "Prod!"}, "Name the stage"),
        ({"stage": "unheard-of"}, "is new: say what address its mail comes from"),
        ({"mail_from": "support of example.com"}, "FROM must be an e-mail address"),
        ({"mail_from": "support@localhost"}, "FROM must be an e-mail address"),
        ({"mail_from": "support@example.com, sales@example.com"}, "FROM must be an e-mail address"),
        ({"mail_from": FROM, "url": "http://support.example.com"}, "URL must be an address such as"),
        ({"mail_from": FROM, "url": "support.example.com"}, "URL must be an address such as"),
    ],
)
def test_what_is_missing_is_said(operator: Operator, tmp_path: Path, wish: dict[str, str], sentence: str) -> None:
    """A sentence names what is wrong, before anything is touched."""
    mine = dataclasses.replace(operator, root=make_checkout(tmp_path), said=[])
    with pytest.raises(CannotDeploy, match=sentence):
        mine.deploy(**wish)


def test_nobody_is_signed_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a region or without credentials, a sentence says so."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(CannotDeploy, match="No region is chosen"):
        aws.connect()
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with pytest.raises(CannotDeploy, match="AWS does not know you"):
        aws.connect()


def test_another_account_is_refused(operator: Operator, prod: Deployed) -> None:
    """Signed in to the wrong account, nobody makes a second prod there."""
    stranger = dataclasses.replace(operator, account=dataclasses.replace(operator.account, id="999999999999"), said=[])
    with pytest.raises(CannotDeploy, match="not in account 999999999999"):
        stranger.deploy()


def function(operator: Operator, name: str) -> dict[str, Any]:
    settings: dict[str, Any] = operator.client("lambda").get_function_configuration(FunctionName=name)
    return settings


def stack(operator: Operator, name: str) -> dict[str, str]:
    (made,) = operator.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in made["Outputs"]}


def picture(operator: Operator) -> dict[str, Any]:
    """Return everything of the stage prod that a deployment could change."""
    ssm, gateway = operator.client("ssm"), operator.client("apigateway")
    parameters = ssm.get_parameters_by_path(Path="/foyer/prod", WithDecryption=True)["Parameters"]
    return {
        "settings": (operator.root / ".chalice" / "config.json").read_text(),
        "policy": (operator.root / ".chalice" / "policy-prod.json").read_text(),
        "parameters": {one["Name"]: json.loads(one["Value"]) for one in parameters},
        "apis": [one["id"] for one in gateway.get_rest_apis()["items"] if one["id"] == operator.api("prod")],
        "functions": {
            name: {key: function(operator, name)[key] for key in ("CodeSha256", "Environment", "Handler", "Role")}
            for name in FUNCTIONS
        },
        "outputs": stack(operator, "foyer-prod"),
    }
