"""The small client and whatever goes wrong between it and AWS: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from chalicelib.aws import connection, service, trust
from chalicelib.aws.answers import AwsError, NoAnswer
from chalicelib.aws.connection import Connections
from chalicelib.aws.keys import Key
from chalicelib.aws.service import DYNAMODB, TRIES, JsonService
from chalicelib.aws.signature import Keys
from chalicelib.aws.table import Put, Refused, Table
from chalicelib.refusals import ChangedMeanwhile, Unavailable
from tests.aws.far_side import FarSide, Request, answer, certificate, closes, echo, far_side, fault, serving

ASKED = {"Key": {"pk": {"S": "Grüße"}}}
KEYS = Keys("AKIDEXAMPLE", "secret")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long it would have waited at most; it does not."""
    waited: list[float] = []
    monkeypatch.setattr(service, "pause", waited.append)
    return waited


@pytest.fixture(params=["http", "https"])
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FarSide]:
    """The other side, once without TLS and once with a certificate that is trusted."""
    if request.param == "http":
        with far_side() as made:
            yield made
        return
    file = certificate(tmp_path)
    with far_side(serving(file)) as made:
        made.trusted = str(file)
        yield made


@pytest.fixture
def client(far: FarSide) -> JsonService:
    return reaching(far)


def reaching(far: FarSide, keys: Callable[[], Keys] = lambda: KEYS) -> JsonService:
    return JsonService(DYNAMODB, "eu-central-1", Connections(far.address, far.trusted), keys)


def test_what_is_asked_arrives_and_what_is_answered_comes_back(far: FarSide, client: JsonService) -> None:
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    (request,) = far.requests
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert request.headers["host"] == far.address.partition("://")[2]
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-target" in request.headers["authorization"]


def test_a_connection_is_kept(far: FarSide, client: JsonService) -> None:
    for _ in range(5):
        client.call("GetItem", ASKED)
    assert {request.connection for request in far.requests} == {1}


def test_several_are_on_their_way_at_once(far: FarSide, client: JsonService) -> None:
    """None is answered before all have arrived."""
    arrived = [Event() for _ in range(3)]

    def together(request: Request) -> bytes:
        arrived[request.body["n"]].set()
        assert all(one.wait(5) for one in arrived)
        return echo(request)

    far.plan += [together] * 3
    asked = [client.start("Query", {"n": n}) for n in range(3)]
    assert [one() for one in asked] == [{"asked": {"n": n}} for n in range(3)]


def test_threads_get_their_own_answers(far: FarSide, client: JsonService) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.call("GetItem", {"n": n}), range(200)))
    assert [one["asked"]["n"] for one in answers] == list(range(200))
    assert len(far.requests) == 200


def test_a_peer_that_closed_an_idle_connection_is_noticed(
    far: FarSide, client: JsonService, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is sent, so that nothing has to be sent again."""
    monkeypatch.setattr(connection, "_FRESH", 0.0)
    client.call("GetItem", ASKED)
    far.hang_up()
    time.sleep(0.05)
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    assert [request.connection for request in far.requests] == [1, 2]
    assert pauses == []


def test_a_peer_that_closed_a_connection_of_a_moment_ago_is_asked_again_at_once(
    far: FarSide, client: JsonService, pauses: list[float]
) -> None:
    client.call("GetItem", ASKED)
    far.hang_up()
    time.sleep(0.05)
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    assert len(far.requests) == 2
    assert pauses == [0.0]


def test_a_peer_that_always_closes_costs_connections_and_nothing_else(far: FarSide, client: JsonService) -> None:
    far.closing = True
    for _ in range(4):
        assert client.call("GetItem", ASKED) == {"asked": ASKED}
    assert len(far.requests) in {4, 5, 6, 7}  # where the end came behind the look at it, it was sent again


def half(request: Request) -> bytes:
    """Send half of an answer, after which the far side's plan closes."""
    return echo(request)[:-4]


def slow(request: Request) -> bytes:
    time.sleep(0.5)
    return echo(request)


def damaged(request: Request) -> bytes:
    return echo(request).replace(b"asked", b"asket")


BROKEN: dict[str, Callable[[Request], bytes | None]] = {
    "cut before the answer": closes,
    "another length than said": lambda _: answer(b"{}", length=1),
    "damaged": damaged,
    "not JSON": lambda _: answer(b"<html>"),
    "not HTTP": lambda _: b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "slow": slow,
    "500": fault("InternalServerError", status=500),
    "500 of a balancer": lambda _: answer(b"<html>no</html>", status=500),
    "502": lambda _: answer(b"", status=502),
    "503": fault("ServiceUnavailable", status=503),
    "504": lambda _: answer(b"", status=504),
    "throttled": fault("ThrottlingException"),
    "throughput": fault("ProvisionedThroughputExceededException"),
    "limit": fault("RequestLimitExceeded"),
    "in progress": fault("TransactionInProgressException"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_breaks_is_asked_again(
    far: FarSide, client: JsonService, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "slow":
        monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.2)
    far.plan.append(BROKEN[what])
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    first, second = far.requests
    assert first.body == second.body
    assert client.call("GetItem", ASKED) == {"asked": ASKED}


@pytest.mark.parametrize("what", BROKEN)
def test_what_stays_broken_is_told(
    far: FarSide, client: JsonService, what: str, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """After three tries, with pauses that grow; over a table it is a refusal that says to try again."""
    if what == "slow":
        monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    far.plan += [BROKEN[what]] * 2 * TRIES
    with pytest.raises((NoAnswer, AwsError)):
        client.call("GetItem", ASKED)
    assert len(far.requests) == TRIES == len(pauses) + 1
    assert pauses[1] == 2 * pauses[0] > 0
    with pytest.raises(Unavailable):
        Table(client, "foyer").get(Key("P", "1"))


def test_an_answer_cut_in_the_middle_is_asked_for_again(far: FarSide, client: JsonService) -> None:
    far.closing = True
    far.plan.append(half)
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    assert len(far.requests) == 2


def test_a_transaction_that_is_sent_again_is_the_same_transaction(far: FarSide, client: JsonService) -> None:
    """One token for all tries of one write, another for the next: DynamoDB does each once."""
    table = Table(client, "foyer")
    far.plan += [closes, fault("InternalServerError", status=500)]
    table.transact([Put(Key("P", "1"), {"n": 1})])
    table.transact([Put(Key("P", "1"), {"n": 1})])
    tokens = [request.body["ClientRequestToken"] for request in far.requests]
    assert len(tokens) == 4
    assert len(set(tokens[:3])) == 1
    assert tokens[3] != tokens[0]
    assert all(1 <= len(token) <= 36 for token in tokens)


def test_a_transaction_in_somebodys_way_is_another_try_with_another_token(far: FarSide, client: JsonService) -> None:
    reasons = [{"Code": "TransactionConflict"}]
    far.plan += [fault("TransactionCanceledException", CancellationReasons=reasons)] * 5
    with pytest.raises(ChangedMeanwhile):
        Table(client, "foyer").transact([Put(Key("P", "1"), {"n": 1})])
    assert len({request.body["ClientRequestToken"] for request in far.requests}) == 5


def test_a_condition_that_does_not_hold_is_asked_once(far: FarSide, client: JsonService) -> None:
    far.plan.append(fault("ConditionalCheckFailedException", Item={"n": {"N": "7"}, "b": {"B": "AAE="}}))
    with pytest.raises(Refused) as refused:
        Table(client, "foyer").write(Put(Key("P", "1"), {"n": 1}, when=[("pk", "absent", None)]))
    assert refused.value.item == {"n": 7, "b": b"\x00\x01"}
    assert len(far.requests) == 1


def test_a_request_that_is_wrong_is_asked_once(far: FarSide, client: JsonService) -> None:
    far.plan.append(fault("ValidationException"))
    with pytest.raises(AwsError, match=r"ValidationException: No\.") as error:
        client.call("GetItem", ASKED)
    assert error.value.code == "ValidationException"
    assert len(far.requests) == 1


@pytest.mark.parametrize("hours", [-3, 2])
def test_a_clock_that_is_wrong_is_put_right(far: FarSide, client: JsonService, hours: int) -> None:
    """By the date of the answer; the calls after it are signed rightly at once."""
    there = time.time() + hours * 3600
    far.plan.append(fault("InvalidSignatureException", date=there))
    client.call("GetItem", ASKED)
    client.call("GetItem", ASKED)
    dates = [request.headers["x-amz-date"] for request in far.requests]
    assert len(dates) == 3
    right = {time.strftime("%Y%m%dT%H%M", time.gmtime(there + minute)) for minute in (-60, 0, 60)}
    assert [date[:13] in right for date in dates] == [False, True, True]


def test_a_signature_that_is_wrong_at_the_right_time_is_asked_once(far: FarSide, client: JsonService) -> None:
    far.plan.append(fault("InvalidSignatureException", date=time.time()))
    with pytest.raises(AwsError):
        client.call("GetItem", ASKED)
    assert len(far.requests) == 1


@pytest.mark.parametrize("date", [{}, {"Date": "yesterday"}])
def test_a_signature_that_is_wrong_without_a_date_is_asked_once(
    far: FarSide, client: JsonService, date: dict[str, str]
) -> None:
    far.plan.append(lambda _: answer({"__type": "x#InvalidSignatureException"}, status=400, headers=date))
    with pytest.raises(AwsError):
        client.call("GetItem", ASKED)
    assert len(far.requests) == 1


def test_keys_that_ended_are_taken_anew_where_there_are_new_ones(far: FarSide) -> None:
    newer = Keys("AKIDNEWER", "secret", "token")
    client = reaching(far, lambda: newer if far.requests else KEYS)
    far.plan.append(fault("ExpiredTokenException"))
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    old, new = far.requests
    assert "AKIDEXAMPLE/" in old.headers["authorization"]
    assert "AKIDNEWER/" in new.headers["authorization"]
    assert new.headers["x-amz-security-token"] == "token"


def test_keys_that_ended_and_have_no_successor_are_told_at_once(far: FarSide, client: JsonService) -> None:
    far.plan.append(fault("ExpiredTokenException"))
    with pytest.raises(AwsError, match="ExpiredTokenException"):
        client.call("GetItem", ASKED)
    assert len(far.requests) == 1


def test_keys_that_cannot_be_had_are_told_where_the_answer_is_waited_for(far: FarSide) -> None:
    def none() -> Keys:
        message = "there are no credentials for AWS"
        raise NoAnswer(message)

    client = reaching(far, none)
    with pytest.raises(Unavailable):
        Table(client, "foyer").get(Key("P", "1"))
    assert far.requests == []


def test_answers_in_pieces_are_put_together(far: FarSide, client: JsonService) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    far.plan.append(lambda _: head + b'5\r\n{"n":\r\n3\r\n 7}\r\n0\r\n\r\n')
    assert client.call("GetItem", ASKED) == {"n": 7}
    assert client.call("GetItem", ASKED) == {"asked": ASKED}


@pytest.mark.parametrize("cut", range(1, 90, 8))
def test_an_answer_that_comes_bit_by_bit_is_put_together(far: FarSide, client: JsonService, cut: int) -> None:
    def pieces(request: Request) -> bytes:
        whole = echo(request)
        far.connections[-1].sendall(whole[:cut])
        time.sleep(0.01)
        return whole[cut:]

    far.plan.append(pieces)
    assert client.call("GetItem", ASKED) == {"asked": ASKED}


def test_an_answer_without_a_length_ends_with_the_connection(far: FarSide, client: JsonService) -> None:
    far.closing = True
    far.plan.append(lambda _: b'HTTP/1.1 200 OK\r\n\r\n{"n": 7}')
    assert client.call("GetItem", ASKED) == {"n": 7}
    assert client.call("GetItem", ASKED) == {"asked": ASKED}


def test_more_than_was_asked_for_is_not_taken_for_the_next_answer(far: FarSide, client: JsonService) -> None:
    far.plan.append(lambda request: echo(request) + answer({"n": 7}))
    assert client.call("GetItem", ASKED) == {"asked": ASKED}
    assert client.call("GetItem", ASKED) == {"asked": ASKED}


def test_a_head_without_an_end_is_refused(far: FarSide, client: JsonService) -> None:
    far.plan.append(lambda _: b"HTTP/1.1 200 OK\r\n" + b"x-more: 1\r\n" * 10_000)
    assert client.call("GetItem", ASKED) == {"asked": ASKED}


def test_nobody_there_is_told() -> None:
    with far_side() as gone:
        client = reaching(gone)
    asked = client.start("GetItem", ASKED)  # sending is no reason to fail: it is told where it is waited for
    with pytest.raises(NoAnswer):
        asked()


@pytest.mark.parametrize(
    ("names", "days"), [(("example.com",), 2), (("127.0.0.1",), 2), (("localhost",), -1)], ids=["name", "ip", "ended"]
)
def test_a_certificate_of_another_name_or_time_is_refused(tmp_path: Path, names: tuple[str, ...], days: int) -> None:
    file = certificate(tmp_path, names=names, days=days)
    refused(file, trusted=str(file))


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    refused(certificate(tmp_path), trusted="")


def refused(file: Path, trusted: str) -> None:
    with far_side(serving(file)) as far:
        far.trusted = trusted
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            reaching(far).call("GetItem", ASKED)
        assert far.requests == []


def test_amazons_own_roots_are_enough_at_first() -> None:
    """They are in the bundle by the names that are looked for, and few."""
    names = {
        dict(part[0] for part in one["subject"])["commonName"] for one in authorities(trust.amazons(trust.bundle()))
    }
    assert names == {f"Amazon Root CA {n}" for n in (1, 2, 3, 4)} | {
        "Starfield Services Root Certificate Authority - G2"
    }
    assert len(authorities(trust.context(trust.bundle()))) > 100


def authorities(context: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = context.get_ca_certs()
    return found


def test_whom_amazon_does_not_vouch_for_the_whole_bundle_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint of AWS with a certificate by somebody else is reached all the same, and the next time at once."""
    file, whole = certificate(tmp_path), tmp_path / "bundle.pem"
    bundle = trust.bundle()
    assert bundle
    whole.write_text(bundle.read_text(encoding="utf-8") + file.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(trust, "bundle", lambda: whole)
    with far_side(serving(file)) as far:
        client = reaching(far)
        assert client.call("GetItem", ASKED) == {"asked": ASKED}
        far.hang_up()
        assert client.call("GetItem", ASKED) == {"asked": ASKED}


def test_where_botocore_is_not_the_system_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "find_spec", lambda _: None)
    assert trust.bundle() is None
    assert trust.amazons(None) is None
    assert trust.context(None).check_hostname
