"""The local gateway gives the function what API Gateway gives it, and makes the same HTTP of its answer."""

from __future__ import annotations

import base64
import json
import threading
import time
from typing import Any

import pytest
from chalice import Chalice, Response

from local.gateway import MAX_REQUEST, Gateway

app = Chalice("tiny", configure_logs=False, env={})


@app.route("/")
def home() -> Response:
    return Response("home", headers={"Content-Type": "text/plain"})


@app.route("/echo", methods=["GET", "POST"], content_types=["application/x-www-form-urlencoded", "image/png"])
def echo() -> dict[str, Any]:
    """Answer with the event, and the body as the app reads it."""
    request = app.current_request
    return {"event": request.to_original_event(), "raw": base64.b64encode(request.raw_body).decode()}


@app.route("/things/{thing}")
def thing(thing: str) -> dict[str, str]:
    return {"thing": thing}


@app.route("/things/new")
def new_thing() -> dict[str, str]:
    return {"thing": "the fixed path"}


@app.route("/things/{thing}/parts/{part}")
def part(thing: str, part: str) -> dict[str, str]:
    return {"thing": thing, "part": part}


@app.route("/cookies")
def cookies() -> Response:
    return Response("", status_code=303, headers={"Location": "/x", "Set-Cookie": ["a=1; Path=/", "b=2; Path=/"]})


@app.route("/picture")
def picture() -> Response:
    return Response(b"\x89PNG\x00\xff", headers={"Content-Type": "image/png"})


@app.route("/nothing", methods=["POST"])
def nothing() -> Response:
    return Response("", status_code=204)


# The event's own names: Chalice's request offers no way to the event itself.
def events(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the event itself, instead of the app."""
    return {"statusCode": 200, "body": json.dumps({"event": event, "request_id": context.aws_request_id})}


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(app)


def event_of(method: str, path: str, **sent: Any) -> dict[str, Any]:
    """The event a request becomes."""
    options = {name: sent.pop(name) for name in ("prefix", "stage", "domain") if name in sent}
    answer = Gateway(app, handler=events, **options).call(method, path, **sent)
    assert answer.status == 200, answer.body
    event: dict[str, Any] = answer.json()["event"]
    return event


def answered(answer: Any, **sent: Any) -> Any:
    """The HTTP response a function's answer becomes."""
    return Gateway(app, handler=lambda _event, _context: answer).call("GET", "/", **sent)


def test_the_app_answers(gateway: Gateway) -> None:
    """A page comes through with status, type, length and the text."""
    response = gateway.call("GET", "/")
    assert (response.status, response.text) == (200, "home")
    assert response.header("content-type") == "text/plain"
    assert response.header("Content-Length") == "4"
    assert response.header("x-amzn-RequestId")


class TestRoutes:
    """What the API has no resource or method for never reaches the function."""

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/nowhere"),
            ("GET", "/things"),
            ("GET", "/things/"),
            ("GET", "/things//parts/1"),
            ("GET", "/Echo"),
            ("DELETE", "/echo"),
            ("HEAD", "/"),
            ("OPTIONS", "/echo"),
        ],
    )
    def test_unknown(self, gateway: Gateway, method: str, path: str) -> None:
        """API Gateway itself says 403 in its own words to unknown resources and methods, HEAD among them."""
        response = gateway.call(method, path)
        assert response.status == 403
        assert response.json() == {"message": "Missing Authentication Token"}
        assert response.header("x-amzn-ErrorType") == "MissingAuthenticationTokenException"

    def test_fixed_before_parameter(self, gateway: Gateway) -> None:
        """A fixed segment wins over a parameter, whatever the order of the routes."""
        assert gateway.call("GET", "/things/new").json() == {"thing": "the fixed path"}

    def test_parameters_arrive_encoded(self, gateway: Gateway) -> None:
        """Path parameters come as they were sent: still percent-encoded, and a coded slash does not split."""
        answer = gateway.call("GET", "/things/a%2Fb%20c+%C3%A9/parts/x;y.css?q=1").json()
        assert answer == {"thing": "a%2Fb%20c+%C3%A9", "part": "x;y.css"}

    def test_slash_at_the_end(self) -> None:
        """A slash at the end finds the same resource; the path keeps it."""
        event = event_of("GET", "/things/7/")
        assert (event["resource"], event["path"]) == ("/things/{thing}", "/things/7/")
        assert event["pathParameters"] == {"thing": "7"}

    def test_stage_prefix(self) -> None:
        """On an execute-api host the address begins with the stage; the function's path does not."""
        event = event_of("GET", "/prod/things/7", prefix=True, stage="prod")
        assert event["path"] == "/things/7"
        assert event["requestContext"]["path"] == "/prod/things/7"
        assert event["requestContext"]["stage"] == "prod"
        prefixed = Gateway(app, prefix=True, stage="prod")
        assert prefixed.call("GET", "/prod").text == "home"
        assert [prefixed.call("GET", path).status for path in ("/", "/things/7", "/production/things/7")] == [403] * 3

    def test_custom_domain(self) -> None:
        """On a custom domain there is no prefix, though there is a stage."""
        context = event_of("GET", "/echo", stage="prod", domain="support.example.com")["requestContext"]
        assert (context["path"], context["stage"]) == ("/echo", "prod")
        assert context["domainName"] == "support.example.com"


class TestRequests:
    """How a request looks to the function."""

    def test_shape(self) -> None:
        """The event has the fields of payload version 1, and nulls where API Gateway has nulls."""
        event = event_of("GET", "/echo")
        assert set(event) == {
            "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
            "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
            "isBase64Encoded",
        }  # fmt: skip
        nulls = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body")
        assert [event[name] for name in nulls] == [None] * 5
        assert event["isBase64Encoded"] is False
        assert event["requestContext"]["resourcePath"] == "/echo"
        assert event["requestContext"]["httpMethod"] == "GET"

    def test_headers(self) -> None:
        """Names keep their case, several values are all there and the last one counts."""
        sent = [("X-CSRF-Token", "one"), ("accept", "text/html"), ("X-CSRF-Token", "two"), ("x-csrf-token", "three")]
        event = event_of("GET", "/echo", headers=sent)
        assert event["headers"]["X-CSRF-Token"] == "three"
        assert event["multiValueHeaders"]["X-CSRF-Token"] == ["one", "two", "three"]
        assert event["headers"]["accept"] == "text/html"

    def test_hop_by_hop(self) -> None:
        """What concerns the connection stays with the connection."""
        event = event_of("GET", "/echo", headers={"Connection": "keep-alive", "TE": "trailers", "Accept": "*/*"})
        assert set(event["headers"]) & {"Connection", "TE"} == set()

    def test_client_address(self) -> None:
        """The client's address is the peer's; a forged X-Forwarded-For only comes before it."""
        event = event_of("GET", "/echo", headers={"X-Forwarded-For": "1.2.3.4"}, source_ip="203.0.113.9")
        assert event["requestContext"]["identity"]["sourceIp"] == "203.0.113.9"
        assert event["headers"]["X-Forwarded-For"] == "1.2.3.4, 203.0.113.9"

    def test_forged_host(self) -> None:
        """The configured domain stands in the context, whatever Host says."""
        event = event_of("GET", "/echo", headers={"Host": "evil.example"}, domain="support.example.com")
        assert event["requestContext"]["domainName"] == "support.example.com"
        assert event["headers"]["Host"] == "evil.example"
        assert event_of("GET", "/echo", domain="support.example.com")["headers"]["Host"] == "support.example.com"

    def test_query(self) -> None:
        """Queries arrive decoded, repeated values all, the last one alone."""
        event = event_of("GET", "/echo?q=a%20b+c&q=%C3%BC&empty=&bare")
        assert event["multiValueQueryStringParameters"] == {"q": ["a b c", "ü"], "empty": [""], "bare": [""]}
        assert event["queryStringParameters"] == {"q": "ü", "empty": "", "bare": ""}

    def test_text_body(self) -> None:
        """Text is passed as text; bytes that are no UTF-8 are lost, as they are on AWS."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert event_of("POST", "/echo", headers=form, body="body=%E2%9C%93")["body"] == "body=%E2%9C%93"
        event = event_of("POST", "/echo", headers=form, body=b"a\xffb")
        assert (event["body"], event["isBase64Encoded"]) == ("a\ufffdb", False)

    def test_binary_body(self, gateway: Gateway) -> None:
        """A type among the binary ones arrives as base64, and whole at the app."""
        png = b"\x89PNG\x00\xff\x00"
        event = event_of("POST", "/echo", headers={"content-type": "image/png"}, body=png)
        assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (png, True)
        answer = gateway.call("POST", "/echo", headers={"content-type": "image/png"}, body=png).json()
        assert base64.b64decode(answer["raw"]) == png

    def test_too_large(self, gateway: Gateway) -> None:
        """10 MB is the gateway's limit, 6 MB the function's, 10 KB that of the headers."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        response = gateway.call("POST", "/echo", headers=form, body=b"a" * (MAX_REQUEST + 1))
        assert (response.status, response.json()) == (413, {"message": "Request Too Long"})
        assert gateway.call("POST", "/echo", headers=form, body=b"a" * (7 * 1024 * 1024)).status == 413
        assert gateway.call("GET", "/", headers={"X-Long": "a" * 11_000}).status == 431

    def test_nothing_is_shared(self) -> None:
        """The function gets JSON that went over a wire: nothing of the caller's objects, and its context."""
        answer = Gateway(app, handler=events).call("GET", "/echo").json()
        assert answer["request_id"] != answer["event"]["requestContext"]["requestId"]


class TestAnswers:
    """How the function's answer looks to the browser."""

    def test_cookies(self, gateway: Gateway) -> None:
        """A header with several values becomes several headers."""
        response = gateway.call("GET", "/cookies")
        assert response.status == 303
        assert response.all("set-cookie") == ["a=1; Path=/", "b=2; Path=/"]
        assert response.header("location") == "/x"

    def test_binary(self, gateway: Gateway) -> None:
        """Bytes come out as bytes where the first type of Accept is a binary one."""
        response = gateway.call("GET", "/picture", headers={"Accept": "image/png,*/*"})
        assert (response.status, response.body) == (200, b"\x89PNG\x00\xff")

    def test_binary_unasked(self) -> None:
        """Otherwise the browser gets the base64 text, which is what makes it a trap."""
        answer = {"statusCode": 200, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}
        assert answered(answer, headers={"Accept": "text/html"}).body == b"AP8="

    def test_no_content(self, gateway: Gateway) -> None:
        """204 has neither body nor length."""
        response = gateway.call("POST", "/nothing", headers={"Content-Type": "application/json"})
        assert (response.status, response.body, response.header("Content-Length")) == (204, b"", None)

    def test_multi_value_wins(self) -> None:
        """A name in both maps counts once, from the multi-value one; numbers and booleans become text."""
        response = answered(
            {
                "statusCode": "201",
                "headers": {"X-A": "single", "X-Number": 7, "X-Flag": True},
                "multiValueHeaders": {"x-a": ["one", "two"]},
            }
        )
        assert response.status == 201
        assert response.all("X-A") == ["one", "two"]
        assert (response.header("X-Number"), response.header("X-Flag")) == ("7", "true")
        assert response.header("Content-Type") == "application/json"

    def test_remapped(self) -> None:
        """Headers API Gateway keeps for itself arrive under another name."""
        response = answered({"statusCode": 401, "headers": {"WWW-Authenticate": "Bearer", "Content-Length": "999"}})
        assert response.header("x-amzn-Remapped-WWW-Authenticate") == "Bearer"
        assert response.all("Content-Length") == ["0"]

    @pytest.mark.parametrize(
        "answer",
        [
            None,
            "text",
            [],
            {},
            {"body": "no status"},
            {"statusCode": None},
            {"statusCode": True},
            {"statusCode": "ok"},
            {"statusCode": 700},
            {"statusCode": 200, "body": {"a": 1}},
            {"statusCode": 200, "body": 5},
            {"statusCode": 200, "headers": ["a"]},
            {"statusCode": 200, "headers": {"X-A": ["list"]}},
            {"statusCode": 200, "headers": {"X A": "space"}},
            {"statusCode": 200, "headers": {"X-A": "a\r\nSet-Cookie: b=1"}},
            {"statusCode": 200, "multiValueHeaders": {"X-A": "text"}},
            {"statusCode": 200, "body": "a" * (6 * 1024 * 1024)},
            {"statusCode": 200, "body": {1, 2}},
        ],
    )
    def test_malformed(self, answer: Any) -> None:
        """What is no proxy response is 502, in API Gateway's words."""
        response = answered(answer)
        assert response.status == 502
        assert response.json() == {"message": "Internal server error"}

    def test_crash(self) -> None:
        """So is an exception of the function."""

        def crash(_event: dict[str, Any], _context: Any) -> None:
            raise RuntimeError("no")

        assert Gateway(app, handler=crash).call("GET", "/").status == 502

    def test_compression(self) -> None:
        """Above the API's minimum size, a browser that takes gzip gets gzip."""
        answer = {"statusCode": 200, "body": "é" * 2000, "headers": {"Content-Type": "text/html"}}
        small = Gateway(app, handler=lambda _event, _context: answer, compress_from=1000)
        response = small.call("GET", "/", headers={"Accept-Encoding": "gzip, br"})
        assert response.header("Content-Encoding") == "gzip"
        assert len(response.body) < 200
        assert response.text == "é" * 2000
        assert small.call("GET", "/").header("Content-Encoding") is None


def test_one_request_at_a_time() -> None:
    """A function environment serves one request at a time, however many come."""
    running: list[int] = []
    most = 0

    def slow(_event: dict[str, Any], _context: Any) -> dict[str, Any]:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        time.sleep(0.01)
        running.pop()
        return {"statusCode": 200}

    gateway = Gateway(app, handler=slow)
    threads = [threading.Thread(target=gateway.call, args=("GET", "/")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
