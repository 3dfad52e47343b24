"""Written against the version 4b8bcf7 and run by its code alone: data of a stage, in every state that it knows.

``python -P older_data.py <stage>`` in a checkout of that version; the last line it prints is JSON that says what there
is now. What is old enough for the sweep was written an hour ago by the clock of this script.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.conversations.history import Beginning, Saying

from chalicelib.conversations.model import Conversation, Direction
from infra import admin, aws
from tests.people import Clock, People

FILE = b"date,amount\n2026-11-30,12\n"


def main(stage: str) -> dict[str, Any]:
    """Write it all, and return what it is."""
    account = aws.connect()
    house = admin.house(account, stage, Path.cwd())
    clock = Clock(datetime.now(UTC) - timedelta(hours=1))
    house = type(house)(house.settings, clock)
    house.portal.change(enabled=True, organization="Acme")
    people = People(house, clock)
    agent, owner = people.agent, people.owner

    opened = [people.starts(owner, f"Open {number}") for number in range(6)]
    for one in opened[:3]:
        people.notes(one, "Seen before.")
    house.labelling.label(agent, "conversation:label", people.head(opened[0].id), tags=("vip",), attributes={})
    snoozed = [people.snoozes(people.starts(owner, f"Snoozed {number}"), days=2) for number in range(3)]
    waking = people.snoozes(people.starts(owner, "Waking"), minutes=30)
    closed = [people.closes(people.starts(owner, f"Closed {number}")) for number in range(3)]
    token, _ = house.tokens.make("CRM", ["conversation:write", "message:write"])
    unbegun, _ = house.history.begin(token, owner.id, Beginning("Not begun", "twitter"))
    comment = Saying(Direction.IN, owner.name, "A public comment", channel="twitter", scope="public")
    house.history.record(token, unbegun, comment)

    def answered(subject: str) -> Conversation:
        return people.answers(people.starts(people.colleague, subject), f"Answer to {subject}")

    queued = [answered(f"Queued {number}") for number in range(2)]
    house.mail.nudge = lambda _mail_id: False  # as where the queue did not answer, or its message was lost
    lost, leased, failed = answered("Lost"), answered("Leased"), answered("Failed")
    assert house.outbox.lease(f"{leased.id}:2", clock())
    taken = house.outbox.lease(f"{failed.id}:2", clock())
    assert taken
    house.outbox.failed(taken, "The address does not exist.")

    now = Clock(datetime.now(UTC))
    house = type(house)(house.settings, now)
    begun = house.attachments.begin(f"customer:{owner.id}", "costs.csv", "text/csv", len(FILE))
    s3 = getattr(house.clients.s3, "client", house.clients.s3)  # botocore's, in older code by itself
    s3.put_object(
        Bucket=house.settings.upload_bucket, Key=begun.fields["key"], Body=FILE, ContentType=begun.upload.type
    )
    people = People(house, now)
    return {
        "statuses": {
            "open": [one.id for one in (*opened, unbegun, *queued, lost, leased, failed)],
            "snoozed": [one.id for one in (*snoozed, waking)],
            "done": [one.id for one in closed],
        },
        "of": {
            "opened": [one.id for one in opened],
            "waking": waking.id,
            "unbegun": unbegun.id,
            "failed": failed.id,
        },
        "answers": ["Answer to Queued 0", "Answer to Queued 1", "Answer to Lost", "Answer to Leased"],
        "failed": "Answer to Failed",
        "upload": begun.upload.id,
        "customer": owner.id,
        "email": owner.email,
        "customer_session": people.token(owner),
        "staff_session": people.token(agent),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
