"""The demo's large cases, made from patterns: a conversation of 200 messages, a customer with 300 conversations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from local import files
from local.cast import AGENT, LEAD, OWNER, REGULAR, SECOND_AGENT
from local.story import HOUR, File, Line, Story, answer, closed, customer

_ROOMS = (
    ("the bar", "brass", 6),
    ("the window seats", "green", 4),
    ("the long table", "opal", 3),
    ("the kitchen pass", "steel", 5),
    ("the cloakroom", "black", 2),
    ("the stairs", "brass", 7),
    ("the reading corner", "green", 2),
    ("the entrance", "black", 1),
    ("the courtyard", "galvanised", 8),
    ("the office", "white", 3),
)

_TALK = (
    (
        "Next is {room}. I think of {count} pendants in {finish}. Too many?",
        "For {room} {count} is right if they hang low, about 65 cm above whatever people lean on.",
    ),
    (
        "How far apart would you hang them?",
        "Measure {room} and divide by {count} and a half; the half is the gap at both ends. About 70 cm, I guess.",
    ),
    (
        "We measured: it comes to 72 cm. The electrician asks what the cable looks like.",
        "Grey textile, 3 × 0.75 mm². For {room} I would take 2.5 m each, so that he can choose the height on the day.",
    ),
    (
        "And the bulbs for {room}? We do not want it to feel like a dentist's.",
        "2700 K, 5 W, frosted. Dimmed to a third they look like candles.",
    ),
    (
        "Can {room} have its own dimmer?",
        "Yes, one for up to 10 lamps. He should leave the neutral wire in the box; many forget that.",
    ),
    (
        "{finish}: does it get spotty when people touch it?",
        "A little, and it looks the better for it. If you prefer it even, we can wax the {count} for {room}.",
    ),
    (
        "How long until the {count} for {room} are ready?",
        "Two weeks. I have written them down under your name, nothing to pay before they leave.",
    ),
    (
        "The carpenter wants to know how heavy one is.",
        "1.4 kg with the rose. A plain hook in wood holds ten times that.",
    ),
    (
        "What do we do if one of them breaks on a Saturday night?",
        "I add one spare glass to {room}. It costs 190 SEK and saves the evening.",
    ),
    (
        "Good. {room} is decided then, on to the next.",
        "Noted: {room}, {count} × {finish}, 2700 K, own dimmer, one spare glass.",
    ),
)


def long_story() -> Story:
    """Return the conversation of 200 messages: a café gets its lamps, room by room."""
    lines: list[Line] = []
    for number, (room, finish, count) in enumerate(_ROOMS):
        for place, (question, reply) in enumerate(_TALK):
            pause = 0 if not lines else 9 * HOUR if place == 0 else 7 + (number * 3 + place * 5) % 19
            by = (AGENT, SECOND_AGENT)[number % 2]
            fill = {"room": room, "finish": finish, "count": count}
            lines.append(customer(_sentence(question.format(**fill)), pause))
            lines.append(answer(by, _sentence(reply.format(**fill)), 2 + (number + place) % 6))
    rooms: list[list[str | int]] = [["Room", "Finish", "Lamps"]]
    rooms += [[room, finish, count] for room, finish, count in _ROOMS]
    plan: File = ("Café, all rooms.xlsx", lambda: files.xlsx(rooms))
    lines[-1] = replace(lines[-1], files=(plan,), text=lines[-1].text + " The whole list is attached.")
    return Story(OWNER, "whatsapp", "Lamps for the café on Folkungagatan", 28 * HOUR, tuple(lines))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


_FAULTS = (
    (
        "bedside lamp flickers",
        "The bedside lamp in room {room} flickers. Guests have noticed.",
        "Please swap the bulb with the lamp next to it first. If the flicker moves along, it is the bulb.",
    ),
    (
        "shade is dented",
        "Somebody has leant on the lamp in room {room}, the shade has a dent.",
        "A shade for room {room} goes out with tomorrow's delivery; the old one unscrews by hand.",
    ),
    (
        "switch got stuck",
        "The switch by the door of room {room} only works when pressed twice.",
        "We send a new switch for room {room}. It clips in, three minutes with the power off.",
    ),
    (
        "light is too cold",
        "The new bulbs in room {room} are far too white.",
        "Those must be 4000 K. I exchange them for 2700 K; please put the others aside for the driver.",
    ),
    (
        "remote control is lost",
        "A guest took the remote control of room {room} home with them, I am afraid.",
        "It happens. A new one is paired to room {room} before it leaves here, so it works straight away.",
    ),
    (
        "glass is cracked",
        "The glass in room {room} has a fine crack, probably from cleaning.",
        "Please do not light it until the new glass is there. It is on its way to room {room}.",
    ),
)
_NOT_THANKED, _NOT_CLOSED = 8, 11
"""The last of the newest conversations in which the hotel has not said thank you yet, and which is still open."""
_HOTEL_CHANNELS = ("email", "portal", "whatsapp", "email", "form", "portal", "chat", "sms", "email", "portal")


def hotel_stories(count: int = 300) -> Iterator[Story]:
    """Yield the conversations of somebody who keeps a hotel: many, short, nearly all of them closed."""
    for number in range(count):
        title, question, reply = _FAULTS[number % len(_FAULTS)]
        room = 101 + (number % 30) + 100 * (number % 4)
        by = (AGENT, SECOND_AGENT, LEAD)[number % 3]
        lines = [customer(question.format(room=room), 0)]
        if number > 1:
            lines.append(answer(by, reply.format(room=room), 20 + number % 90))
        if number > _NOT_THANKED and number % 3:
            lines.append(customer("Thank you, that was it.", 60 + number % 700))
        if number > _NOT_CLOSED:
            lines.append(closed(by, 30))
        yield Story(
            REGULAR,
            _HOTEL_CHANNELS[number % len(_HOTEL_CHANNELS)],
            f"Room {room}: {title}",
            50 + number * 31 * HOUR,
            tuple(lines),
            unread=number in {2, 5},
        )
