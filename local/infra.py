"""Makes what infra/template.yaml describes in an emulator, straight through its APIs: quickly, and again without harm.

CloudFormation itself would throw kept data away when the template changes; this leaves what exists and adds to it.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib import functions
from chalicelib.aws.sdk import SdkService
from chalicelib.aws.table import Table
from chalicelib.schema.store import SchemaStore
from infra import aws, indexes, policy
from infra.aws import Connect
from local.lambda_events import ACCOUNT, REGION
from local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CORSRuleTypeDef, LifecycleRuleTypeDef, ServerSideEncryptionRuleTypeDef
    from mypy_boto3_sqs.literals import QueueAttributeNameType

ADMIN = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""Keys with which emulators allow everything."""
UNMADE = frozenset({"AWS::Logs::LogGroup", "AWS::CloudWatch::Alarm"})
"""Nothing on one machine writes or reads these."""


class InfraError(RuntimeError):
    """What exists cannot become what the template says; the message is a sentence for people."""


def clients(endpoint: str, keys: Mapping[str, str] = ADMIN) -> Connect:
    """Return what gives clients of an emulator, for whoever has these keys."""
    session = boto3.session.Session(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
    config = Config(retries={"max_attempts": 2}, connect_timeout=5, read_timeout=30)
    make: Callable[..., Any] = session.client

    @functools.cache
    def connect(service: str) -> Any:
        return make(service, endpoint_url=endpoint, config=config)

    return connect


def apply(
    connect: Connect,
    parameters: Mapping[str, str],
    *,
    account: str = ACCOUNT,
    without: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Make or update every resource and return the template's outputs. ``connect`` needs an administrator's keys.

    ``without`` names types of resources the emulator at hand does not know.
    """
    template = Template(parameters, account=account, region=REGION)
    resources = template.resources()
    makers = {
        "AWS::DynamoDB::Table": _table,
        "AWS::S3::Bucket": _bucket,
        "AWS::S3::BucketPolicy": _bucket_policy,
        "AWS::SQS::Queue": _queue,
        "AWS::SNS::Topic": _topic,
        "AWS::SNS::TopicPolicy": _topic_policy,
        "AWS::SES::ConfigurationSet": _configuration_set,
        "AWS::SES::ConfigurationSetEventDestination": _event_destination,
        "AWS::SES::EmailIdentity": _identity,
    }
    # A queue's dead letters need their queue first.
    for _, (kind, properties) in sorted(resources.items(), key=lambda item: "RedrivePolicy" in item[1][1]):
        if kind not in UNMADE | without:
            makers[kind](connect, properties)
    return template.outputs()


def make_user(connect: Connect, stage: str, *, account: str = ACCOUNT) -> dict[str, str]:
    """Make the user the product runs as, allowed what its Lambda role is allowed, and return keys for it."""
    iam = connect("iam")
    _ignore("EntityAlreadyExists", iam.create_user, UserName=f"foyer-{stage}")
    set_policy(connect, stage, account=account)
    key = iam.create_access_key(UserName=f"foyer-{stage}")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def set_policy(connect: Connect, stage: str, *, account: str = ACCOUNT) -> None:
    """Give the product's user the policy as it now is."""
    document = policy.document(stage=stage, region=REGION, account=account)
    for statement in document["Statement"]:
        if statement["Sid"] == "Send":
            statement["Resource"] = ["*"]  # ministack does not know which identity a mail is sent from
    connect("iam").put_user_policy(UserName=f"foyer-{stage}", PolicyName="product", PolicyDocument=json.dumps(document))


def make_secrets(connect: Connect, parameter: str) -> None:
    """Make random signing keys, unless there are some."""
    value = json.dumps({"cookie": [secrets.token_urlsafe(32)], "reply": [secrets.token_urlsafe(32)]})
    _ignore("ParameterAlreadyExists", connect("ssm").put_parameter, Name=parameter, Value=value, Type="SecureString")


def environment(
    outputs: Mapping[str, str], *, stage: str, public_url: str, mail_domain: str, keys: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment the product runs in, with the keys of its user; the endpoint is the caller's to add."""
    return {
        "FOYER_STAGE": stage,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "FOYER_TABLE": outputs["Table"],
        "FOYER_UPLOAD_BUCKET": outputs["UploadBucket"],
        "FOYER_ATTACHMENT_BUCKET": outputs["AttachmentBucket"],
        **functions.environment(stage),
        "FOYER_SECRETS_PARAMETER": outputs["SecretsParameter"],
        "FOYER_CONFIGURATION_SET": outputs["ConfigurationSet"],
        "FOYER_PUBLIC_URL": public_url,
        "FOYER_MAIL_FROM": f"support@{mail_domain}",
        "FOYER_REPLY_DOMAIN": f"reply.{mail_domain}",
        **keys,
    }


def _ignore(code: str, call: Callable[..., Any], **arguments: Any) -> Any:
    """Call, and give None where AWS answers with this error code."""
    try:
        return call(**arguments)
    except ClientError as error:
        if aws.code(error) != code:
            raise
        return None


def _table(connect: Connect, properties: dict[str, Any]) -> None:
    dynamodb = connect("dynamodb")
    name = properties["TableName"]
    wanted = {key: properties[key] for key in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")}
    made = _ignore(
        "ResourceInUseException", dynamodb.create_table, TableName=name, BillingMode="PAY_PER_REQUEST", **wanted
    )
    if made is None:
        there, fits = _shape(dynamodb.describe_table(TableName=name)["Table"]), _shape(wanted)
        if any(fits.get(part) != shape for part, shape in there.items()):
            message = f"The keys or indexes of the table {name} changed since it was made. Start once with FRESH=1."
            raise InfraError(message)
        indexes.add_missing(connect, name, properties["GlobalSecondaryIndexes"], print, pause=0.5)
    else:
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        is_new(connect, name)
    expiry = properties["TimeToLiveSpecification"]
    if dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED":
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
    )


def is_new(connect: Connect, table: str) -> None:
    """Say of an empty table that it has the newest form, as all that will be written has it."""
    SchemaStore(Table(SdkService(connect("dynamodb")), table)).finish()


def _shape(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what cannot change in a table: its keys, and its indexes with what they project."""
    return {
        "": table["KeySchema"],
        **{
            index["IndexName"]: (index["KeySchema"], sorted(index["Projection"].get("NonKeyAttributes", ())))
            for index in table.get("GlobalSecondaryIndexes", ())
        },
    }


def _bucket(connect: Connect, properties: dict[str, Any]) -> None:
    s3 = connect("s3")
    name = properties["BucketName"]
    _ignore("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=name)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=properties["OwnershipControls"])
    rules: list[ServerSideEncryptionRuleTypeDef] = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule["BucketKeyEnabled"],
        }
        for rule in properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if "CorsConfiguration" in properties:
        renamed = {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"}
        cors = [
            cast("CORSRuleTypeDef", {renamed.get(key, key): value for key, value in rule.items()})
            for rule in properties["CorsConfiguration"]["CorsRules"]
        ]
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": cors})
    else:
        s3.delete_bucket_cors(Bucket=name)
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={"Rules": [_lifecycle(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]},
    )


def _lifecycle(rule: Mapping[str, Any]) -> LifecycleRuleTypeDef:
    made: LifecycleRuleTypeDef = {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": ""}}
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "AbortIncompleteMultipartUpload" in rule:
        made["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    return made


def _bucket_policy(connect: Connect, properties: dict[str, Any]) -> None:
    s3 = connect("s3")
    document = dict(properties["PolicyDocument"])
    if s3.meta.endpoint_url.startswith("http://"):
        # An emulator speaks plain HTTP; the rule that forbids it would forbid everything.
        document["Statement"] = [
            statement
            for statement in document["Statement"]
            if "aws:SecureTransport" not in statement.get("Condition", {}).get("Bool", {})
        ]
    if document["Statement"]:
        s3.put_bucket_policy(Bucket=properties["Bucket"], Policy=json.dumps(document))


def _queue(connect: Connect, properties: dict[str, Any]) -> None:
    sqs = connect("sqs")
    attributes = {
        cast("QueueAttributeNameType", name): _as_text(value)
        for name, value in properties.items()
        if name != "QueueName"
    }
    try:
        sqs.create_queue(QueueName=properties["QueueName"], Attributes=attributes)
    except sqs.exceptions.QueueNameExists:  # with other attributes
        url = sqs.get_queue_url(QueueName=properties["QueueName"])["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _as_text(value: Any) -> str:
    """Return the value of an attribute as SQS takes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _topic(connect: Connect, properties: dict[str, Any]) -> None:
    connect("sns").create_topic(Name=properties["TopicName"])


def _topic_policy(connect: Connect, properties: dict[str, Any]) -> None:
    for arn in properties["Topics"]:
        connect("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(properties["PolicyDocument"])
        )


def _configuration_set(connect: Connect, properties: dict[str, Any]) -> None:
    _ignore(
        "AlreadyExistsException",
        connect("sesv2").create_configuration_set,
        ConfigurationSetName=properties["Name"],
        ReputationOptions=properties["ReputationOptions"],
        SuppressionOptions=properties["SuppressionOptions"],
    )


def _event_destination(connect: Connect, properties: dict[str, Any]) -> None:
    destination = dict(properties["EventDestination"])
    name = destination.pop("Name")
    topic = destination.pop("SnsDestination")["TopicARN"]
    _ignore(
        "AlreadyExistsException",
        connect("sesv2").create_configuration_set_event_destination,
        ConfigurationSetName=properties["ConfigurationSetName"],
        EventDestinationName=name,
        EventDestination={**destination, "SnsDestination": {"TopicArn": topic}},
    )


def _identity(connect: Connect, properties: dict[str, Any]) -> None:
    _ignore(
        "AlreadyExistsException",
        connect("sesv2").create_email_identity,
        EmailIdentity=properties["EmailIdentity"],
        ConfigurationSetName=properties["ConfigurationSetAttributes"]["ConfigurationSetName"],
    )
