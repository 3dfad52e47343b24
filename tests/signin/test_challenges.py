"""A sign-in under way: one an address, usable once by who holds its secret, dead after ten minutes or five misses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ids import new_secret
from chalicelib.refusals import CodeRefused
from chalicelib.signin.model import (
    CODE_DIGITS,
    CODE_LIFETIME,
    MAX_TRIES,
    Kind,
    Why,
    code,
    code_matches,
    link_matches,
    link_token,
    typed_code,
)
from chalicelib.signin.store import Challenge, SignIns
from chalicelib.signing import Signer
from chalicelib.wiring import House
from tests.people import START

ADDRESS = "a" * 64
"""The hash of some address."""


def asked(house: House, kind: Kind = Kind.CUSTOMER, owner: str | None = "o" * 26) -> tuple[SignIns, str]:
    """Ask for a code, and return the store and the challenge's secret."""
    store = SignIns(house.table)
    challenge = Challenge(kind, ADDRESS, new_secret(), owner)
    house.table.write(store.ask(challenge, START))
    return store, challenge.secret


def refused(store: SignIns, secret: str, at: datetime = START, kind: Kind = Kind.CUSTOMER) -> str:
    """Hold a challenge to signing nobody in, and return why, as logs tell it."""
    with pytest.raises(CodeRefused) as refusal:
        store.consume(kind, ADDRESS, secret, at)
    return refusal.value.rule


def test_a_challenge_is_used_up_once(any_house: House) -> None:
    store, secret = asked(any_house)
    assert store.consume(Kind.CUSTOMER, ADDRESS, secret, START) == "o" * 26
    assert refused(store, secret) == Why.USED


def test_twenty_at_once_sign_in_once(house: House) -> None:
    """On ministack alone: moto lets several win."""
    store, secret = asked(house)

    def consumed(_: int) -> str:
        try:
            return store.consume(Kind.CUSTOMER, ADDRESS, secret, START)
        except CodeRefused as refusal:
            return refusal.rule

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(consumed, range(20))) == ["o" * 26, *[Why.USED] * 19]


def test_a_challenge_dies_with_time_and_with_misses(any_house: House) -> None:
    store, secret = asked(any_house)
    late = START + CODE_LIFETIME
    assert refused(store, secret, late) == Why.EXPIRED
    assert store.consume(Kind.CUSTOMER, ADDRESS, secret, late - timedelta(milliseconds=1)) == "o" * 26
    store, secret = asked(any_house)
    misses = [store.missed(Kind.CUSTOMER, ADDRESS, secret) for _ in range(MAX_TRIES + 1)]
    assert misses == [*[Why.WRONG] * (MAX_TRIES - 1), Why.TOO_MANY_TRIES, Why.TOO_MANY_TRIES]
    assert refused(store, secret) == Why.TOO_MANY_TRIES


def test_misses_of_another_browser_do_not_count(any_house: House) -> None:
    """Nobody can kill somebody's code by guessing at the address."""
    store, secret = asked(any_house)
    for _ in range(MAX_TRIES * 2):
        store.missed(Kind.CUSTOMER, ADDRESS, new_secret())
        store.missed(Kind.STAFF, ADDRESS, secret)
        store.missed(Kind.CUSTOMER, "b" * 64, secret)
    assert store.consume(Kind.CUSTOMER, ADDRESS, secret, START) == "o" * 26


def test_a_newer_challenge_replaces_the_older(any_house: House) -> None:
    store, old = asked(any_house)
    _, new = asked(any_house)
    assert refused(store, old) == Why.REPLACED
    assert store.consume(Kind.CUSTOMER, ADDRESS, new, START) == "o" * 26


def test_the_challenge_of_a_stranger_signs_nobody_in(any_house: House) -> None:
    """It exists, so that both cases look alike, and leads to no one."""
    store, secret = asked(any_house, owner=None)
    assert refused(store, secret) == Why.NOBODY


def test_customers_and_staff_do_not_mix(any_house: House) -> None:
    store, secret = asked(any_house, Kind.CUSTOMER)
    assert refused(store, secret, kind=Kind.STAFF) == Why.EXPIRED


def test_sessions_are_found_by_owner_and_ended_one_by_one(any_house: House) -> None:
    house = any_house
    tokens = [house.signin.sign_in.begin(Kind.CUSTOMER, "o" * 26, "192.0.2.1", f"agent {n}\r\n\x00") for n in range(3)]
    house.signin.sign_in.begin(Kind.CUSTOMER, "p" * 26, "192.0.2.1", "another")
    house.signin.sign_in.begin(Kind.STAFF, "o" * 26, "192.0.2.1", "staff")
    sessions = house.signin.sign_in.sessions(Kind.CUSTOMER, "o" * 26, hours=24)
    assert [one.user_agent for one in sessions] == ["agent 2", "agent 1", "agent 0"]
    house.signin.sign_in.end(Kind.CUSTOMER, "o" * 26, sessions[0].token_hash)
    assert len(house.signin.sign_in.sessions(Kind.CUSTOMER, "o" * 26, hours=24)) == 2
    house.signin.sign_in.end_all(Kind.CUSTOMER, "o" * 26)
    assert house.signin.sign_in.sessions(Kind.CUSTOMER, "o" * 26, hours=24) == []
    assert len(house.signin.sign_in.sessions(Kind.CUSTOMER, "p" * 26, hours=24)) == 1
    assert len(house.signin.sign_in.sessions(Kind.STAFF, "o" * 26, hours=24)) == 1
    assert len(set(tokens)) == 3


def test_ending_more_sessions_than_a_page_of_the_table_ends_them_all(house: House) -> None:
    for number in range(60):
        house.signin.sign_in.begin(Kind.CUSTOMER, "o" * 26, "192.0.2.1", f"{number} " + "x" * 190)
    house.signin.sign_in.end_all(Kind.CUSTOMER, "o" * 26)
    assert house.signin.sign_in.sessions(Kind.CUSTOMER, "o" * 26, hours=24) == []


# what codes and links are

OLD, NEW = Signer([b"o" * 32]), Signer([b"n" * 32, b"o" * 32])


@given(st.text(min_size=1, max_size=60))
def test_a_code_is_some_digits_and_good_for_its_challenge_alone(challenge: str) -> None:
    given_code = code(OLD, Kind.CUSTOMER, challenge)
    assert len(given_code) == CODE_DIGITS
    assert given_code.isascii()
    assert given_code.isdigit()
    assert code_matches(OLD, Kind.CUSTOMER, challenge, given_code)
    assert link_matches(OLD, Kind.CUSTOMER, challenge, link_token(OLD, Kind.CUSTOMER, challenge))
    for kind, other in ((Kind.STAFF, challenge), (Kind.CUSTOMER, challenge + "x")):
        assert not link_matches(OLD, kind, other, link_token(OLD, Kind.CUSTOMER, challenge))


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_whatever_is_typed_is_compared_and_nothing_else_happens(typed: str) -> None:
    digits = typed_code(typed)
    assert not digits or (len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit())
    assert code_matches(OLD, Kind.CUSTOMER, "challenge", typed) == (typed == code(OLD, Kind.CUSTOMER, "challenge"))
    assert not link_matches(OLD, Kind.CUSTOMER, "challenge", typed)


def test_a_rotated_key_kills_no_code_under_way() -> None:
    """What was mailed under the old key is good as long as that key is there, and not any longer."""
    given_code, token = code(OLD, Kind.STAFF, "challenge"), link_token(OLD, Kind.STAFF, "challenge")
    assert code_matches(NEW, Kind.STAFF, "challenge", given_code)
    assert link_matches(NEW, Kind.STAFF, "challenge", token)
    only_new = Signer([b"n" * 32])
    assert not code_matches(only_new, Kind.STAFF, "challenge", given_code)
    assert not link_matches(only_new, Kind.STAFF, "challenge", token)
