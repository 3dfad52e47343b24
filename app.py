"""Foyer on Lambda: the Chalice app and, by name, every function that Lambda runs, as ``functions.py`` lists them."""

from __future__ import annotations

import gc

gc.disable()  # until everything is imported and made: nothing of it ever becomes garbage

import functools
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from chalice.app import Chalice, Rate

from chalicelib import settings, telemetry
from chalicelib.functions import SWEEP
from chalicelib.schema.store import lists_of
from chalicelib.web import api, brand, customer, desk, health, help_center, routing, signing_in
from chalicelib.web import settings as settings_pages
from chalicelib.wiring import House

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import CloudWatchEvent, SNSEvent, SQSEvent

MIGRATED = 12
"""Seconds of each run of the sweep for a change of the table's form, of the 30 that it may run."""

app = Chalice(app_name="foyer", configure_logs=False)
names = settings.names()


@functools.cache
def house() -> House:
    """Return everything, built once in each process."""
    return House(settings.read())


routing.bind(
    app,
    (
        *customer.ROUTES,
        *signing_in.ROUTES,
        *desk.ROUTES,
        *settings_pages.ROUTES,
        *help_center.ROUTES,
        *brand.ROUTES,
        *health.ROUTES,
        *api.ROUTES,
    ),
    house,
)


@app.on_sqs_message(queue=names["mail"], batch_size=1, name="send_mail")
def send_mail(event: SQSEvent) -> None:
    """Send one mail of the queue."""
    for record in event:
        raw = record.to_dict()
        mail_id = json.loads(record.body)["mail"]
        house().outbox.deliver(mail_id, raw["receiptHandle"], int(raw["attributes"]["ApproximateReceiveCount"]))


@app.on_sqs_message(queue=names["facts"], batch_size=1, name="follow_up")
def follow_up(event: SQSEvent) -> None:
    """Tell those who follow facts what happened to a conversation."""
    for record in event:
        house().facts.telling.tell(json.loads(record.body)["conversation"])


@app.schedule(Rate(SWEEP.minutes, unit=Rate.MINUTES), name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    """Look for what is due: lost nudges and mail, snoozed conversations, merges, articles, the search index.

    A change of the table's form that is under way, or that a new country begins, is gone on with for some seconds.

    Each is done whatever becomes of the others; the first fault is raised in the end, for the alarm.
    """
    del event
    now = house().clock()
    form = functools.cache(house().schema.store.get)
    jobs: dict[str, Callable[[], object]] = {
        "facts": lambda: house().facts.telling.sweep(now),
        "mail": lambda: house().outbox.sweep(now),
        "wake": lambda: house().conversations.desk.wake(now, lists_of(form())),
        "merge": lambda: house().merging.sweep(now + timedelta(seconds=10)),
        "publish": lambda: house().knowledge.editing.sweep(now),
        "search": lambda: house().knowledge.index_builds.sweep(now),
        "migrate": lambda: house().schema.sweep(form(), MIGRATED),
    }
    faults = []
    for name, job in jobs.items():
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others have nothing to do with it
            telemetry.fault(error, sweep=name)
            faults.append(error)
    if faults:
        raise faults[0]


@app.on_sqs_message(queue=names["index"], batch_size=1, name="build_index")
def build_index(event: SQSEvent) -> None:
    """Make the search indexes anew, after something was published."""
    del event
    house().knowledge.index_builds.build()


@app.on_sns_message(topic=names["mail_events"], name="mail_events")
def mail_events(event: SNSEvent) -> None:
    """Learn from SES how a mail fared."""
    house().mail.settle(json.loads(event.message))


if settings.on_lambda():
    house()  # while a function starts it has a whole processor, in its first request only its share of one
    gc.freeze()
gc.enable()
