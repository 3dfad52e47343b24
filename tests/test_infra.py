"""The template is sound, what is made of it is what it says, and the product may do its own calls and no others."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from chalicelib.attachments.model import MAX_SIZE
from chalicelib.functions import FUNCTIONS
from infra import policy
from local import infra
from local.emulator import Emulator
from local.lambda_events import ACCOUNT, REGION
from local.template import PATH, Template
from tests.emulators import MAIL_DOMAIN, PUBLIC_URL, Stage, make_stage


def parameters(stage: str, **more: str) -> dict[str, str]:
    return {"Stage": stage, "PublicOrigin": PUBLIC_URL, "MailDomain": MAIL_DOMAIN, **more}


def template(stage: str = "prod", **more: str) -> Template:
    return Template(parameters(stage, **more), account=ACCOUNT, region=REGION)


class TestTemplate:
    """The file itself."""

    def test_lint(self) -> None:
        """cfn-lint finds nothing to say."""
        done = subprocess.run(
            [str(Path(sys.executable).with_name("cfn-lint")), str(PATH)], capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.returncode) == ("", 0)

    def test_cloudformation_makes_it(self, ministack_stage: Stage) -> None:
        """CloudFormation makes the stack, and its outputs are the names that are worked out without it."""
        client = ministack_stage.admin("cloudformation")
        name = f"t{uuid.uuid4().hex[:8]}"
        given = {**parameters(name), "MailDomain": ""}  # the emulator knows no DKIM tokens, which are outputs
        client.create_stack(
            StackName=name,
            TemplateBody=PATH.read_text(),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        )
        stack = _finished(client, name)
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        assert outputs == Template(given, account=ACCOUNT, region=REGION).outputs()
        made = {one["LogicalResourceId"] for one in client.describe_stack_resources(StackName=name)["StackResources"]}
        assert made == set(Template(given, account=ACCOUNT, region=REGION).resources())

    def test_names(self) -> None:
        """Names are those the functions are configured with."""
        assert template().outputs() == {
            "Table": "foyer-prod",
            "UploadBucket": f"foyer-prod-uploads-{ACCOUNT}",
            "AttachmentBucket": f"foyer-prod-attachments-{ACCOUNT}",
            "MailQueue": "foyer-prod-mail",
            "DeadMailQueue": "foyer-prod-mail-dead",
            "FactsQueue": "foyer-prod-facts",
            "DeadFactsQueue": "foyer-prod-facts-dead",
            "IndexQueue": "foyer-prod-index",
            "DeadIndexQueue": "foyer-prod-index-dead",
            "MailEvents": "foyer-prod-mail-events",
            "ConfigurationSet": "foyer-prod",
            "SecretsParameter": "/foyer/prod/secrets",
            **{
                f"DkimRecord{n}": f"{{MailIdentity.DkimDNSTokenName{n}}} {{MailIdentity.DkimDNSTokenValue{n}}}"
                for n in (1, 2, 3)
            },
        }

    def test_every_alarm_says_what_to_do(self) -> None:
        """Every alarm explains itself, and goes to the topic if there is one."""
        alarms = [made for kind, made in template().resources().values() if kind == "AWS::CloudWatch::Alarm"]
        assert len(alarms) == 10
        assert all(len(alarm["AlarmDescription"]) > 100 for alarm in alarms)
        assert not any("AlarmActions" in alarm for alarm in alarms)
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:operators"
        told = template(AlarmTopic=topic).resources().values()
        assert all(made["AlarmActions"] == [topic] for kind, made in told if kind == "AWS::CloudWatch::Alarm")

    def test_logs_of_every_function(self) -> None:
        """Each function has a log group that forgets."""
        logs = [made for kind, made in template().resources().values() if kind == "AWS::Logs::LogGroup"]
        names = {one.log_group("prod") for one in FUNCTIONS}
        assert {one["LogGroupName"]: one["RetentionInDays"] for one in logs} == dict.fromkeys(names, "90")

    def test_plain_http_is_refused_to_buckets(self) -> None:
        """Both buckets have a policy that denies everything that does not come over TLS."""
        policies = [made for kind, made in template().resources().values() if kind == "AWS::S3::BucketPolicy"]
        assert len(policies) == 2
        for made in policies:
            (statement,) = made["PolicyDocument"]["Statement"]
            assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
            assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            assert statement["Resource"] == [f"arn:aws:s3:::{made['Bucket']}", f"arn:aws:s3:::{made['Bucket']}/*"]

    def test_own_key(self) -> None:
        """With a key of their own given, table, buckets and policy use it."""
        key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
        made = template(KeyArn=key).resources()
        assert made["Table"][1]["SSESpecification"]["KMSMasterKeyId"] == key
        for bucket in ("UploadBucket", "AttachmentBucket"):
            (rule,) = made[bucket][1]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        document = policy.document(stage="prod", region=REGION, account=ACCOUNT, key=key)
        assert document["Statement"][-1]["Resource"] == [key]

    def test_a_parameter_is_missing(self) -> None:
        """What has no default must be given."""
        with pytest.raises(ValueError, match="PublicOrigin"):
            Template({"Stage": "prod"}, account=ACCOUNT, region=REGION)


class TestMade:
    """What stands in an emulator afterwards."""

    def test_table(self, stage: Stage) -> None:
        """Keys, indexes and what they project are the template's; it is on demand, forgets, and can be restored."""
        dynamodb, name = stage.admin("dynamodb"), stage.environment["FOYER_TABLE"]
        table = dynamodb.describe_table(TableName=name)["Table"]
        wanted = template(stage.name).resources()["Table"][1]
        assert table["KeySchema"] == wanted["KeySchema"]
        assert _indexes(table) == _indexes(wanted)
        assert set(_indexes(table)) == {"by_customer", "by_status", "by_desk", "by_work"}
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expires")
        backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"

    def test_buckets(self, stage: Stage) -> None:
        """Both are closed to the public, encrypted and unversioned; uploads are gone after a day.

        Browsers load fonts of themes from where attachments are, and only for our pages.
        """
        s3 = stage.admin("s3")
        uploads, attachments = stage.environment["FOYER_UPLOAD_BUCKET"], stage.environment["FOYER_ATTACHMENT_BUCKET"]
        for bucket in (uploads, attachments):
            blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            assert set(blocked.values()) == {True}
            (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
            assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
            assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
            (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
            assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
            assert rule.get("Expiration") == ({"Days": 1} if bucket == uploads else None)
        for bucket, methods in ((uploads, ["POST"]), (attachments, ["GET"])):
            (rule,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
            assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == ([PUBLIC_URL], methods)

    def test_queues(self, stage: Stage) -> None:
        """Mail is tried five times, each for six times the function's time, and then kept for two weeks."""
        sqs = stage.admin("sqs")
        mail = _attributes(sqs, stage.environment["FOYER_MAIL_QUEUE"])
        dead = _attributes(sqs, stage.dead_queue)
        assert mail["VisibilityTimeout"] == "180"
        redrive = json.loads(mail["RedrivePolicy"])
        assert (redrive["deadLetterTargetArn"], int(redrive["maxReceiveCount"])) == (dead["QueueArn"], 5)
        assert dead["MessageRetentionPeriod"] == str(14 * 24 * 3600)

    def test_mail(self, ministack_stage: Stage) -> None:
        """SES publishes what becomes of mail to the topic, and tracks nobody."""
        ses, name = ministack_stage.admin("sesv2"), ministack_stage.environment["FOYER_CONFIGURATION_SET"]
        (destination,) = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
        assert set(destination["MatchingEventTypes"]) == {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"}
        topic = destination["SnsDestination"]["TopicArn"]
        assert topic.endswith(f":{ministack_stage.environment['FOYER_MAIL_EVENTS']}")

    def test_again(self, ministack_stage: Stage) -> None:
        """Making it again changes nothing and loses nothing."""
        stage = ministack_stage
        table, item = stage.environment["FOYER_TABLE"], {"pk": {"S": "a"}, "sk": {"S": "b"}}
        stage.admin("dynamodb").put_item(TableName=table, Item=item)
        outputs = infra.apply(stage.admin, parameters(stage.name))
        assert outputs["Table"] == table
        assert stage.admin("dynamodb").get_item(TableName=table, Key=item)["Item"] == item

    def test_other_origin(self, ministack: Emulator) -> None:
        """Another port of the portal is another origin: made again, the bucket knows the new one only."""
        other = "http://localhost:9000"
        made = make_stage(ministack.endpoint)  # not one that the next test gets
        infra.apply(made.admin, parameters(made.name, PublicOrigin=other))
        bucket = made.environment["FOYER_UPLOAD_BUCKET"]
        (rule,) = made.admin("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
        assert rule["AllowedOrigins"] == [other]

    def test_other_keys(self, ministack_stage: Stage) -> None:
        """A table whose indexes are others than the template's is not touched; a sentence says what to do."""
        name = f"t{uuid.uuid4().hex[:8]}"
        key = [{"AttributeName": "pk", "KeyType": "HASH"}]
        ministack_stage.admin("dynamodb").create_table(
            TableName=f"foyer-{name}",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=key,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
        with pytest.raises(infra.InfraError, match="FRESH=1"):
            infra.apply(ministack_stage.admin, parameters(name))

    def test_an_older_table(self, ministack: Emulator) -> None:
        """A table that lacks an index gets it, filled from what it holds; it keeps the form that it says it has."""
        made = make_stage(ministack.endpoint)  # not one that the next test gets
        table, dynamodb = made.environment["FOYER_TABLE"], made.admin("dynamodb")
        dynamodb.update_table(TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_work"}}])
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": "SCHEMA"}, "sk": {"S": "state"}})
        item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "g4pk": {"S": "c"}, "g4sk": {"S": "d"}}
        dynamodb.put_item(TableName=table, Item=item)
        infra.apply(made.admin, parameters(made.name))
        found = dynamodb.query(
            TableName=table,
            IndexName="by_work",
            KeyConditionExpression="g4pk = :p",
            ExpressionAttributeValues={":p": {"S": "c"}},
        )
        assert [one["sk"]["S"] for one in found["Items"]] == ["b"]
        assert dynamodb.scan(TableName=table)["Items"] == [item]

    def test_secrets(self, ministack_stage: Stage) -> None:
        """Signing keys are random, long enough, and made once."""
        client, name = ministack_stage.product("ssm"), ministack_stage.environment["FOYER_SECRETS_PARAMETER"]

        def value() -> dict[str, list[str]]:
            kept: dict[str, list[str]] = json.loads(
                client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
            )
            return kept

        first = value()
        infra.make_secrets(ministack_stage.admin, name)
        assert value() == first
        assert set(first) == {"cookie", "reply"}
        assert all(len(key) >= 32 for keys in first.values() for key in keys)


class TestRights:
    """What the product's user may do; the same policy is its Lambda role's."""

    def test_its_own_calls(self, ministack_stage: Stage) -> None:
        """Every call the product makes is allowed."""
        names = ministack_stage.environment
        table, key = names["FOYER_TABLE"], {"pk": {"S": "a"}, "sk": {"S": "b"}}
        dynamodb = ministack_stage.product("dynamodb")
        dynamodb.put_item(TableName=table, Item=key)
        dynamodb.get_item(TableName=table, Key=key)
        dynamodb.update_item(TableName=table, Key=key)
        dynamodb.batch_get_item(RequestItems={table: {"Keys": [key]}})
        dynamodb.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": key}}]})
        for index, attribute in (
            (None, "pk"),
            ("by_customer", "g1pk"),
            ("by_status", "g2pk"),
            ("by_desk", "g3pk"),
            ("by_work", "g4pk"),
        ):
            dynamodb.query(
                TableName=table,
                KeyConditionExpression=f"{attribute} = :p",
                ExpressionAttributeValues={":p": {"S": "a"}},
                **({"IndexName": index} if index else {}),
            )
        dynamodb.scan(TableName=table, Limit=1)
        dynamodb.describe_table(TableName=table)
        other = {"pk": {"S": "c"}, "sk": {"S": "d"}}
        absent = "attribute_not_exists(pk)"
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": {"pk": {"S": "e"}, "sk": {"S": "f"}}}},
                {"Delete": {"TableName": table, "Key": key}},
                {"ConditionCheck": {"TableName": table, "Key": other, "ConditionExpression": absent}},
            ]
        )
        dynamodb.delete_item(TableName=table, Key=key)

        s3 = ministack_stage.product("s3")
        for bucket in (names["FOYER_UPLOAD_BUCKET"], names["FOYER_ATTACHMENT_BUCKET"]):
            s3.put_object(Bucket=bucket, Key="k/1", Body=b"x")
            s3.head_object(Bucket=bucket, Key="k/1")
            s3.get_object(Bucket=bucket, Key="k/1")
            s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k/1"}]})
            s3.delete_object(Bucket=bucket, Key="k/1")
        with pytest.raises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket=names["FOYER_UPLOAD_BUCKET"], Key="never came")

        sqs = ministack_stage.product("sqs")
        url = sqs.get_queue_url(QueueName=names["FOYER_MAIL_QUEUE"])["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        receipt = message["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=5)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=receipt)

        ministack_stage.product("sesv2").send_email(
            FromEmailAddress=names["FOYER_MAIL_FROM"],
            Destination={"ToAddresses": ["ada@example.com"]},
            Content={"Raw": {"Data": b"Subject: Hello\r\n\r\nHello"}},
            ConfigurationSetName=names["FOYER_CONFIGURATION_SET"],
        )
        ministack_stage.product("ssm").get_parameter(Name=names["FOYER_SECRETS_PARAMETER"], WithDecryption=True)

    @pytest.mark.parametrize(
        ("service", "call"),
        [
            ("dynamodb", lambda client, names: client.scan(TableName=names["FOYER_TABLE"], IndexName="by_work")),
            ("dynamodb", lambda client, _names: client.scan(TableName="other")),
            ("dynamodb", lambda client, names: client.delete_table(TableName=names["FOYER_TABLE"])),
            ("dynamodb", lambda client, names: client.describe_time_to_live(TableName=names["FOYER_TABLE"])),
            ("dynamodb", lambda client, _names: client.list_tables()),
            ("dynamodb", lambda client, _names: client.get_item(TableName="other", Key={"pk": {"S": "a"}})),
            ("s3", lambda client, _names: client.list_buckets()),
            ("s3", lambda client, names: client.list_objects_v2(Bucket=names["FOYER_ATTACHMENT_BUCKET"])),
            ("s3", lambda client, names: client.delete_bucket(Bucket=names["FOYER_UPLOAD_BUCKET"])),
            ("s3", lambda client, names: client.delete_bucket_cors(Bucket=names["FOYER_UPLOAD_BUCKET"])),
            ("s3", lambda client, names: client.get_object_acl(Bucket=names["FOYER_UPLOAD_BUCKET"], Key="k")),
            ("sqs", lambda client, names: client.get_queue_url(QueueName=names["FOYER_MAIL_QUEUE"] + "-dead")),
            ("sqs", lambda client, _names: client.list_queues()),
            ("sqs", lambda client, _names: client.create_queue(QueueName="mine")),
            ("sesv2", lambda client, _names: client.list_email_identities()),
            ("sesv2", lambda client, _names: client.create_email_identity(EmailIdentity="mine.test")),
            ("ssm", lambda client, _names: client.get_parameter(Name="/other/secrets")),
            (
                "ssm",
                lambda client, names: client.put_parameter(
                    Name=names["FOYER_SECRETS_PARAMETER"], Value="{}", Type="String", Overwrite=True
                ),
            ),
            ("iam", lambda client, _names: client.list_users()),
        ],
    )
    def test_no_others(self, ministack_stage: Stage, service: str, call: Callable[[Any, dict[str, str]], Any]) -> None:
        """Everything else is refused: no Scan of an index, no change of the control plane, nothing of another stage."""
        with pytest.raises(ClientError) as refused:
            call(ministack_stage.product(service), ministack_stage.environment)
        assert refused.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}

    def test_a_wrong_secret(self, ministack_stage: Stage) -> None:
        """The emulator checks signatures: a known key with a wrong secret gets nowhere."""
        forged = Stage(
            ministack_stage.name,
            ministack_stage.endpoint,
            {**ministack_stage.environment, "AWS_SECRET_ACCESS_KEY": "0" * 40},
            ministack_stage.dead_queue,
        )
        with pytest.raises(ClientError, match=r"(?i)signature"):
            forged.product("dynamodb").get_item(
                TableName=forged.environment["FOYER_TABLE"], Key={"pk": {"S": "a"}, "sk": {"S": "b"}}
            )


class TestUploads:
    """What S3 lets a browser do with a presigned POST."""

    def test_what_was_signed(self, ministack_stage: Stage) -> None:
        """Exactly the largest size, the type and the key that were signed are taken."""
        assert _post(ministack_stage, b"x" * MAX_SIZE).status == 201

    @pytest.mark.parametrize(
        ("content", "change"),
        [
            (b"x" * (MAX_SIZE + 1), {}),
            (b"", {}),
            (b"x", {"Content-Type": "text/html"}),
            (b"x", {"key": "another"}),
            (b"x", {"x-amz-meta-extra": "1"}),
            (b"x", {"x-amz-signature": "0" * 64}),
            (b"x", {"policy": ""}),
        ],
        ids=["one byte more", "empty", "another type", "another key", "extra field", "forged", "no policy"],
    )
    def test_anything_else(self, ministack_stage: Stage, content: bytes, change: dict[str, str]) -> None:
        """One byte more, nothing at all, another type, another key or a changed form is refused, and stores nothing."""
        response = _post(ministack_stage, content, change)
        assert response.status in {400, 403}
        bucket = ministack_stage.environment["FOYER_UPLOAD_BUCKET"]
        assert ministack_stage.admin("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    def test_cors_answers_the_portal(self, ministack_stage: Stage) -> None:
        """The portal's pages may upload, and read the answer."""
        response = _preflight(ministack_stage, PUBLIC_URL, "POST")
        assert response.status == 200
        assert response.getheader("Access-Control-Allow-Origin") == PUBLIC_URL
        assert _post(ministack_stage, b"x", origin=PUBLIC_URL).getheader("Access-Control-Allow-Origin") == PUBLIC_URL

    @pytest.mark.parametrize(
        ("origin", "method"), [("https://evil.example", "POST"), ("null", "POST"), (PUBLIC_URL, "GET")]
    )
    def test_cors_answers_nobody_else(self, ministack_stage: Stage, origin: str, method: str) -> None:
        """Other origins, and other methods, get no permission."""
        response = _preflight(ministack_stage, origin, method)
        assert response.status == 403
        assert response.getheader("Access-Control-Allow-Origin") is None
        if method == "POST":
            assert _post(ministack_stage, b"x", origin=origin).getheader("Access-Control-Allow-Origin") is None


def test_a_port_that_somebody_takes_first_is_left_to_them(tmp_path: Path) -> None:
    """Of programs that start at the same moment, two may have found the same port free."""

    class Overtaken(Emulator):
        taken: socket.socket | None = None

        def _environment(self) -> dict[str, str]:
            if self.taken is None:  # the port is chosen, and the process not started yet
                self.taken = socket.create_server(("127.0.0.1", self.port))
            return super()._environment()

    with Overtaken(tmp_path) as emulator:
        assert emulator.taken
        assert emulator.port != emulator.taken.getsockname()[1]
        assert emulator.healthy()
        emulator.taken.close()


def test_a_proxy_of_the_network_is_not_asked_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names one, as in many offices, the emulator is reached all the same."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    with Emulator(tmp_path) as emulator:
        make_stage(emulator.endpoint)
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"


def test_state_outlives_a_stop(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With state kept, tables, objects, keys and the port are the same after a normal stop."""
    emulator = Emulator(tmp_path_factory.mktemp("kept"), keep=True)
    with emulator:
        stage = make_stage(emulator.endpoint)
        bucket = stage.environment["FOYER_ATTACHMENT_BUCKET"]
        stage.product("s3").put_object(Bucket=bucket, Key="a/1", Body=b"kept")
        port = emulator.port
    with emulator:
        assert emulator.port == port
        assert stage.product("s3").get_object(Bucket=bucket, Key="a/1")["Body"].read() == b"kept"
        item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
        stage.product("dynamodb").put_item(TableName=stage.environment["FOYER_TABLE"], Item=item)


def _finished(client: Any, name: str) -> dict[str, Any]:
    for _ in range(200):
        stack: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        time.sleep(0.05)
    raise AssertionError("the stack does not finish")


def _indexes(table: dict[str, Any]) -> dict[str, Any]:
    return {
        index["IndexName"]: (
            index["KeySchema"],
            index["Projection"]["ProjectionType"],
            sorted(index["Projection"]["NonKeyAttributes"]),
        )
        for index in table["GlobalSecondaryIndexes"]
    }


def _attributes(sqs: Any, name: str) -> dict[str, str]:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    attributes: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return attributes


def _post(
    stage: Stage, content: bytes, change: dict[str, str] | None = None, origin: str = ""
) -> http.client.HTTPResponse:
    """Upload as a browser does, with some of the signed fields changed."""
    signed = stage.product("s3").generate_presigned_post(
        stage.environment["FOYER_UPLOAD_BUCKET"],
        "upload-1",
        Fields={"Content-Type": "text/csv", "success_action_status": "201"},
        Conditions=[
            ["content-length-range", 1, MAX_SIZE],
            {"Content-Type": "text/csv"},
            {"success_action_status": "201"},
        ],
        ExpiresIn=300,
    )
    boundary = "form-boundary"
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**signed["fields"], **(change or {})}.items()
    )
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
    body += content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **({"Origin": origin} if origin else {})}
    return _request("POST", signed["url"], body, headers)


def _preflight(stage: Stage, origin: str, method: str) -> http.client.HTTPResponse:
    url = f"{stage.endpoint}/{stage.environment['FOYER_UPLOAD_BUCKET']}"
    return _request("OPTIONS", url, b"", {"Origin": origin, "Access-Control-Request-Method": method})


def _request(method: str, url: str, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()
