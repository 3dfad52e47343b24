"""The CloudFormation stack of a stage: made, changed and removed, each change shown before it is made."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra import indexes
from infra.aws import CannotDeploy, code

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, ResourceChangeTypeDef, StackTypeDef

TEMPLATE = Path(__file__).with_name("template.yaml")
Say = Callable[[str], None]

PAUSE = 2.0
"""Seconds between two looks at a stack that is being worked on."""
_KEEPS_DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket"}
_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-", "Import": "="}


class Stack:
    """One stack, which may not exist yet. ``say`` takes each line that tells an operator what happens."""

    def __init__(
        self, client: CloudFormationClient, stage: str, account: str, say: Say, *, pause: float = PAUSE
    ) -> None:
        """Take a CloudFormation client, the stage, and the account's number; ``pause`` is in seconds."""
        self._client, self._say, self._pause = client, say, pause
        self.name = f"foyer-{stage}"
        self._values = {"${Stage}": stage, "${AWS::AccountId}": account}

    def parameters(self) -> dict[str, str]:
        """Return the parameters the stack was last made with; none where there is no stack."""
        state = self._state()
        return {one["ParameterKey"]: one["ParameterValue"] for one in (state.get("Parameters", []) if state else ())}

    def outputs(self) -> dict[str, str]:
        """Return the outputs; none where there is no stack."""
        state = self._state()
        return {one["OutputKey"]: one["OutputValue"] for one in (state.get("Outputs", []) if state else ())}

    def apply(
        self, given: Mapping[str, str], *, dry: bool = False, there: Collection[str] | None = None
    ) -> dict[str, str]:
        """Make the stack what the template says, and return its outputs.

        ``given`` has the parameters that are chosen now; the others stay what they were. ``there`` are the indexes
        that its table has, None for no table: CloudFormation adds one of them an update. With ``dry`` the changes are
        only shown. Raise CannotDeploy where AWS refuses, or where a table or bucket would be lost.
        """
        template = self._template()
        if there is not None and not dry:
            for one in indexes.in_steps(template, there):
                self._apply(one, given, dry=False)
            return self.outputs()
        return self._apply(template, given, dry=dry)

    def _apply(self, template: str, given: Mapping[str, str], *, dry: bool) -> dict[str, str]:
        state = self._ready(dry=dry)
        if state is None and dry:
            kinds = re.findall(r"^    Type: (AWS::\S+)$", template, re.MULTILINE)
            self._say(f"  would be made, with up to {len(kinds)} resources")
            return {}
        changes = f"foyer-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        # A table and a bucket that an earlier stack left behind are taken over, with what is in them.
        fresh = {"ChangeSetType": "CREATE", "ImportExistingResources": True}
        self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=changes,
            TemplateBody=template,
            Parameters=_merged(given, self.parameters()),
            **(fresh if state is None else {"ChangeSetType": "UPDATE"}),
        )
        planned = self._planned(changes)
        if not planned or dry:
            self._client.delete_change_set(StackName=self.name, ChangeSetName=changes)
        if not planned:
            self._say("  nothing to change")
            return self.outputs()
        for change in planned:
            self._say(f"  {_SIGNS.get(change['Action'], '?')} {change['LogicalResourceId']} ({change['ResourceType']})")
        lost = [one["LogicalResourceId"] for one in planned if _loses_data(one)]
        if lost:
            self._client.delete_change_set(StackName=self.name, ChangeSetName=changes)
            raise CannotDeploy(
                f"This would replace or remove {', '.join(lost)}, which holds data; nothing was changed."
            )
        if not dry:
            self._client.execute_change_set(StackName=self.name, ChangeSetName=changes)
            self._finish(self.name, {"CREATE_COMPLETE", "UPDATE_COMPLETE"})
        return self.outputs()

    def delete(self) -> None:
        """Remove the stack; what it is told to retain stays. Nothing happens where there is none."""
        state = self._state()
        if state is None:
            self._say("  there is no stack")
            return
        self._client.delete_stack(StackName=self.name)
        self._finish(state["StackId"], {"DELETE_COMPLETE"})

    def _template(self) -> str:
        """Return the template with the names of tables and buckets written out.

        CloudFormation takes over what exists already only where the template has its name word for word.
        """

        def written_out(found: re.Match[str]) -> str:
            name = found[2]
            for variable, value in self._values.items():
                name = name.replace(variable, value)
            return f"{found[1]}{name}"

        text = TEMPLATE.read_text(encoding="utf-8")
        return re.sub(r"((?:TableName|BucketName): )!Sub (\S+)", written_out, text)

    def _state(self) -> StackTypeDef | None:
        try:
            state = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if code(error) == "ValidationError":  # which is what AWS calls a stack that does not exist
                return None
            raise
        return None if state["StackStatus"] in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"} else state

    def _ready(self, *, dry: bool) -> StackTypeDef | None:
        """Return the stack that can be changed, or None for one to be made."""
        state = self._state()
        if state is None:
            return None
        status = state["StackStatus"]
        if status == "ROLLBACK_COMPLETE" and not dry:  # was never made, and can only be removed
            self._say("  removing what an earlier try left")
            self.delete()
            return None
        if status.endswith("_IN_PROGRESS"):
            raise CannotDeploy(f"The stack {self.name} is being worked on ({status}); try again when that is done.")
        if status.endswith("_FAILED"):
            raise CannotDeploy(f"The stack {self.name} is stuck ({status}); mend it in the CloudFormation console.")
        return state

    def _planned(self, changes: str) -> list[ResourceChangeTypeDef]:
        while True:
            plan = self._client.describe_change_set(StackName=self.name, ChangeSetName=changes)
            if plan["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
                break
            time.sleep(self._pause)
        if plan["Status"] == "FAILED":
            reason = plan.get("StatusReason", "")
            if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                return []
            raise CannotDeploy(f"CloudFormation refuses the stack {self.name}: {reason}")
        found = list(plan["Changes"])
        while token := plan.get("NextToken"):
            plan = self._client.describe_change_set(StackName=self.name, ChangeSetName=changes, NextToken=token)
            found += plan["Changes"]
        return [one["ResourceChange"] for one in found]

    def _finish(self, stack: str, good: set[str]) -> None:
        """Wait until the stack rests; CannotDeploy with AWS's reasons where it does not rest well."""
        while True:
            state = self._client.describe_stacks(StackName=stack)["Stacks"][0]
            status = state["StackStatus"]
            if not status.endswith("_IN_PROGRESS"):
                break
            time.sleep(self._pause)
        if status in good:
            return
        reasons = [
            f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
            for event in self._client.describe_stack_events(StackName=stack)["StackEvents"]
            if event["ResourceStatus"].endswith("_FAILED")
        ]
        if "DescribeEvents" in "".join(reasons):  # refused before anything was tried
            reasons += [
                f"  {event['LogicalResourceId']}: {event['ValidationStatusReason']}"
                for event in self._client.describe_events(StackName=stack)["OperationEvents"]
                if "ValidationStatusReason" in event
            ]
        raise CannotDeploy("\n".join([f"The stack {self.name} ended as {status}:", *reversed(reasons[:10])]))


def _merged(given: Mapping[str, str], before: Mapping[str, str]) -> list[ParameterTypeDef]:
    chosen: list[ParameterTypeDef] = [{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()]
    kept: list[ParameterTypeDef] = [
        {"ParameterKey": name, "UsePreviousValue": True} for name in before if name not in given
    ]
    return [*chosen, *kept]


def _loses_data(change: ResourceChangeTypeDef) -> bool:
    lost = change["Action"] == "Remove" or change.get("Replacement") == "True"
    return lost and change["ResourceType"] in _KEEPS_DATA
