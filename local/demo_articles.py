"""Articles of the demo: what people ask a maker of lamps, in English, most in German too, some for staff only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.attachments.store import attachment_key
from chalicelib.audit.model import Author
from chalicelib.ids import new_id
from chalicelib.knowledge.article import Content
from chalicelib.knowledge.model import Scope
from local import files

if TYPE_CHECKING:
    from chalicelib.knowledge.model import Category
    from chalicelib.staff.model import Member
    from chalicelib.wiring import House

PICTURE = "{picture}"


@dataclass(frozen=True, slots=True)
class Told:
    """An article: ``category`` is a key of CATEGORIES; German may be missing."""

    slug: str
    category: str
    english: Content
    german: Content | None = None
    featured: bool = False
    internal: bool = False
    draft: bool = False


CATEGORIES = {
    "start": ("start", {"en": "Getting started", "de": "Erste Schritte", "fr": "Premiers pas", "es": "Primeros pasos",
                        "ja": "はじめに", "ar": "البداية"}),
    "orders": ("truck", {"en": "Orders and delivery", "de": "Bestellung und Lieferung", "fr": "Commandes et livraison",
                         "es": "Pedidos y entrega", "ja": "ご注文と配送", "ar": "الطلبات والتوصيل"}),
    "care": ("wrench", {"en": "Care and repair", "de": "Pflege und Reparatur", "fr": "Entretien et réparation",
                        "es": "Cuidado y reparación", "ja": "お手入れと修理", "ar": "العناية والإصلاح"}),
}  # fmt: skip

ARTICLES = (
    Told(
        "hang-a-pendant-lamp",
        "start",
        Content(
            "Hang a pendant lamp",
            "What you need, how high a lamp hangs well, and how the canopy closes without a fight.",
            f"""Every pendant of ours comes with a canopy, a hook and two metres of cable. You need a drill, a
screwdriver and
somebody to hold the ladder.

![A pendant lamp with a green shade, lit]({PICTURE})

## Before you begin

1. **Switch the fuse off**, not only the light switch.
2. Check with a tester that no cable in the ceiling is live.
3. Lay the lamp out on a table and count the parts: canopy, hook, screw, terminal block.

> If your ceiling has no earth wire, stop here and ask an electrician. Lamps with a metal shade need one.

## How high

| Where | Lower edge of the shade |
| --- | ---: |
| Above a dining table | 60 cm above the table |
| Above a kitchen counter | 75 cm above the counter |
| In a room people walk through | 210 cm above the floor |

## Fix it

- Screw the hook into a joist or a plug that carries 10 kg.
- Hang the cable on the hook **before** you connect it.
- Connect brown to L, blue to N, green and yellow to earth.
- Push the canopy up and turn its screw by hand. It needs no force.

## Shorten the cable

Never cut it first. Let the lamp hang for a day, then [take up the slack in the canopy](/articles/shorten-a-cable).
""",
        ),
        Content(
            "Eine Pendelleuchte aufhängen",
            "Was Sie brauchen, wie hoch eine Leuchte gut hängt und wie der Baldachin sich ohne Kraft schließt.",
            f"""Jede unserer Pendelleuchten kommt mit Baldachin, Haken und zwei Metern Kabel. Sie brauchen eine
Bohrmaschine,
einen Schraubendreher und jemanden, der die Leiter hält.

![Eine leuchtende Pendelleuchte mit grünem Schirm]({PICTURE})

## Bevor Sie beginnen

1. **Schalten Sie die Sicherung aus**, nicht nur den Lichtschalter.
2. Prüfen Sie mit einem Spannungsprüfer, dass kein Kabel Strom führt.
3. Legen Sie alle Teile auf einen Tisch: Baldachin, Haken, Schraube, Lüsterklemme.

## Wie hoch

| Wo | Unterkante des Schirms |
| --- | ---: |
| Über dem Esstisch | 60 cm über der Platte |
| Über der Arbeitsplatte | 75 cm über der Platte |
| Wo man hindurchgeht | 210 cm über dem Boden |

## Befestigen

- Drehen Sie den Haken in einen Balken oder Dübel, der 10 kg trägt.
- Hängen Sie das Kabel ein, **bevor** Sie es anschließen.
- Braun gehört an L, Blau an N, Grün-Gelb an die Erde.
""",
        ),
        featured=True,
    ),
    Told(
        "which-bulb-fits",
        "start",
        Content(
            "Which bulb fits my lamp?",
            "Sockets, watts and the colour of light, lamp by lamp.",
            """The socket is printed inside the shade, next to the highest power it may have. An LED of 7 W is
as bright as an
old bulb of 60 W.

## By lamp

| Lamp | Socket | At most |
| --- | --- | ---: |
| Heron | E14 | 6 W LED |
| Moon | E27 | 12 W LED |
| Wren | G9 | 4 W LED |
| Arc | E27 | 15 W LED |

## Colour of light

- **2,700 K** is warm, like a bulb of former times. We ship all lamps with it.
- **4,000 K** is neutral and good above a desk.

## Dimming

The Heron and the Moon can be dimmed if the bulb says `dimmable` on its box. One that hums or flickers is usually not.
""",
        ),
        Content(
            "Welches Leuchtmittel passt?",
            "Fassung, Leistung und Lichtfarbe, Leuchte für Leuchte.",
            """Die Fassung steht innen im Schirm, daneben die höchste Leistung. Eine LED mit 7 W ist so hell wie eine
Glühlampe mit 60 W.

| Leuchte | Fassung | Höchstens |
| --- | --- | ---: |
| Heron | E14 | 6 W LED |
| Moon | E27 | 12 W LED |
| Wren | G9 | 4 W LED |

Dimmen lassen sich Heron und Moon, wenn auf der Packung `dimmbar` steht.
""",
        ),
        featured=True,
    ),
    Told(
        "shorten-a-cable",
        "start",
        Content(
            "Shorten a cable",
            "Take up the slack in the canopy, or let us make the cable to measure.",
            """The canopy holds up to 60 cm of slack.

1. Switch the fuse off and lower the canopy.
2. Pull the cable through the clamp and lay it in one loop, never in a knot.
3. Tighten the clamp, push the canopy up, and look whether the lamp hangs straight.

More than 60 cm? [Write to us](/contact) with the length you need: a made-to-measure cable costs nothing within 30 days.
""",
        ),
        Content(
            "Ein Kabel kürzen",
            "Der Baldachin nimmt 60 cm auf; für mehr fertigen wir das Kabel nach Maß.",
            """Der Baldachin nimmt bis zu 60 cm Kabel auf.

1. Sicherung ausschalten, Baldachin absenken.
2. Kabel durch die Klemme ziehen und in einer Schlaufe einlegen, nie verknoten.
3. Klemme festziehen und prüfen, ob die Leuchte gerade hängt.
""",
        ),
    ),
    Told(
        "where-is-my-order",
        "orders",
        Content(
            "Where is my order?",
            "From the workshop to your door: what each state means, and when to write to us.",
            """We make most lamps when they are ordered. That takes **five to eight working days**; then the
parcel needs two
to four.

## What the states mean

- **In the workshop**: your lamp is being made. You can still change the colour.
- **Packed**: it leaves with the next pick-up, at 3 pm.
- **On its way**: the link in the e-mail shows where.

## When to write to us

If nothing has moved for **five days**, or the parcel arrived damaged. Have the order number
ready: it begins with `AF-`.
""",
        ),
        Content(
            "Wo ist meine Bestellung?",
            "Von der Werkstatt bis zur Tür: was jeder Status heißt und wann Sie uns schreiben sollten.",
            """Die meisten Leuchten fertigen wir nach der Bestellung. Das dauert **fünf bis acht Werktage**, der Versand
zwei bis vier.

- **In der Werkstatt**: Die Farbe lässt sich noch ändern.
- **Verpackt**: Das Paket wird um 15 Uhr abgeholt.
- **Unterwegs**: Der Link in der E-Mail zeigt, wo es ist.

Hat sich **fünf Tage** nichts bewegt, schreiben Sie uns mit der Bestellnummer, die mit `AF-` beginnt.
""",
        ),
        featured=True,
    ),
    Told(
        "change-or-cancel-an-order",
        "orders",
        Content(
            "Change or cancel an order",
            "Possible until the lamp is packed, and what happens after that.",
            """Until the state says **Packed** you can change colour, cable and address, or cancel. Reply to the order's
e-mail, or start a conversation.

After that the lamp is on its way: refuse the parcel or [send it back](/articles/send-something-back).
""",
        ),
        Content(
            "Bestellung ändern oder stornieren",
            "Möglich, bis die Leuchte verpackt ist.",
            """Solange nicht **Verpackt** dasteht, ändern wir Farbe, Kabel und Adresse oder stornieren. Antworten Sie
auf die E-Mail zur Bestellung.
""",
        ),
    ),
    Told(
        "send-something-back",
        "orders",
        Content(
            "Send something back",
            "Thirty days, free within the EU, in the box it came in.",
            """You have **30 days** to return a lamp. Within the EU returns are free.

1. Start a conversation and name the order; we send a label.
2. Pack the lamp as it came. The grey foam is what keeps shades whole.
3. Bring it to any pick-up point. We refund it within **five days** of its arrival.

Lamps made to measure come back only when something is wrong with them.
""",
        ),
        Content(
            "Etwas zurücksenden",
            "Dreißig Tage, innerhalb der EU kostenlos.",
            """Sie haben **30 Tage** Zeit. Schreiben Sie uns die Bestellnummer, wir senden einen Aufkleber. Verpacken
Sie die Leuchte, wie sie kam.
""",
        ),
    ),
    Told(
        "invoices-and-vat",
        "orders",
        Content(
            "Invoices and VAT",
            "Where your invoice is, and how a VAT number gets onto it.",
            """The invoice is attached to the e-mail that says your parcel is on its way. Companies in the EU order
without VAT: enter the number at the checkout, or send it to us **before** the lamp is packed. Afterwards we correct the
invoice and pay the difference back.
""",
        ),
    ),
    Told(
        "clean-a-shade",
        "care",
        Content(
            "Clean a shade",
            "Glass, paper, brass and linen each want something else.",
            """Always let the lamp cool first and take the bulb out.

## Glass
Warm water, a drop of dish soap, a soft cloth. No glass cleaner: it takes the frosting off.

## Paper
A dry brush. Nothing else.

## Brass
A cloth with a little lemon juice, then a dry one. Brass that should darken needs nothing at all.

## Linen
Vacuum with the brush, on the lowest step. Stains: ~~bleach~~ [ask us](/contact).
""",
        ),
        Content(
            "Einen Schirm reinigen",
            "Glas, Papier, Messing und Leinen wollen je etwas anderes.",
            """Lassen Sie die Leuchte abkühlen und nehmen Sie das Leuchtmittel heraus.

## Glas
Warmes Wasser, ein Tropfen Spülmittel, ein weiches Tuch.

## Papier
Ein trockener Pinsel, sonst nichts.

## Messing
Ein Tuch mit etwas Zitronensaft, dann ein trockenes.
""",
        ),
    ),
    Told(
        "the-lamp-flickers",
        "care",
        Content(
            "The lamp flickers or hums",
            "Four things to try, the likeliest first.",
            """1. **Turn the bulb** a little: half of all flickering is a loose bulb.
2. Try another bulb. One that cannot be dimmed flickers at a dimmer.
3. Take the dimmer out of the way, if there is one.
4. Look at the plug and the cable for damage. If you find some, **unplug the lamp** and do not use it.

Still flickering? Send us a short film of it: [start a conversation](/conversations/new). Repairs are free for
ten years.
""",
        ),
        Content(
            "Die Leuchte flackert oder brummt",
            "Vier Dinge, die helfen, das wahrscheinlichste zuerst.",
            """1. **Drehen Sie das Leuchtmittel** etwas fester.
2. Probieren Sie ein anderes. Ein nicht dimmbares flackert am Dimmer.
3. Nehmen Sie den Dimmer aus der Leitung.
4. Ist Kabel oder Stecker beschädigt, **ziehen Sie den Stecker**.

Reparaturen sind zehn Jahre lang kostenlos.
""",
        ),
        featured=True,
    ),
    Told(
        "repairs-and-spare-parts",
        "care",
        Content(
            "Repairs and spare parts",
            "We repair every lamp we ever made; most parts arrive within a week.",
            """Every part of every lamp since 1998 can be had: shades, cables, switches, screws. The number is engraved
under the base. Write it to us with a photograph, and we say what it costs before we do anything.

The **repair café** in our workshop is open every first Saturday of the month. No appointment, coffee is free.
""",
        ),
    ),
    Told(
        "goodwill-limits",
        "orders",
        Content(
            "Goodwill: what you may promise",
            "What agents can give without asking, and who decides above that.",
            """| Case | You may give |
| --- | --- |
| Late by more than a week | postage back, or 10 % |
| Damaged on the way | a new lamp at once, no return |
| Wrong colour made | a new lamp, the old one may stay |
| Anything above 150 € | ask Ruth first |

Write what you gave into a **note** on the conversation, with the sum.
""",
        ),
        internal=True,
    ),
    Told(
        "recall-of-the-first-arc",
        "care",
        Content(
            "Recall of the first Arc: what to say",
            "Serial numbers AR-0001 to AR-0412: the switch may get hot.",
            """**Not announced before Monday.** Until then, answer only those who ask.

1. Ask for the number under the base. Only `AR-0001` to `AR-0412` are affected.
2. Ask them to unplug the lamp.
3. Offer the new switch by post, with a fitter if they want one.

Do not call it dangerous, and do not call it harmless. Everything else goes to Ruth.
""",
        ),
        internal=True,
    ),
    Told(
        "gift-cards",
        "orders",
        Content("Gift cards", "", "How much, how long they last, and how they are redeemed. *To be finished.*"),
        draft=True,
    ),
)


def seed(house: House, editor: Member) -> None:
    """Write categories and articles as their editor would have; English and German have to be offered already."""
    author = Author(editor.id, editor.name)
    house.portal.settings.change(internal_kb=True)  # some are internal
    places: dict[str, Category] = {
        key: house.knowledge.categories.add(author, names, icon=icon) for key, (icon, names) in CATEGORIES.items()
    }
    picture = new_id(house.clock() - timedelta(days=30))
    house.files.put(attachment_key(picture), files.png((52, 110, 84), 640, 420), "image/png")
    house.knowledge.images.keep(picture, "pendant.png", "image/png", editor.name)
    for told in ARTICLES:
        _tell(house, author, told, places[told.category].id, f"/articles/images/{picture}")
    _again(house, author, "which-bulb-fits")
    house.portal.settings.change(internal_kb=False)  # whoever tries the settings finds them as they are at first


def _tell(house: House, author: Author, told: Told, category_id: str, picture: str) -> None:
    editing = house.knowledge.editing
    scope = Scope.INTERNAL if told.internal else Scope.PUBLIC
    made = editing.create(author, told.english.title, category_id, scope=scope, language="en", slug=told.slug)
    texts = {"en": told.english, **({"de": told.german} if told.german else {})}
    for language, content in texts.items():
        said = Content(content.title, content.summary, content.body.replace(PICTURE, picture))
        version = 1 if language == "en" else 0
        if told.draft:
            editing.save(author, made.id, language, said, version)
        else:
            made = editing.publish(author, made.id, language, said, version)
    if told.featured:
        editing.change_facts(
            author, made.id, facts=made.facts, slug=told.slug, category_id=category_id, scope=scope, featured=True
        )


def _again(house: House, author: Author, slug: str) -> None:
    """Publish an article's English once more, so that its German is out of date and there are versions to compare."""
    article_id = house.knowledge.editing.store.owner_of_slug(slug)
    if article_id is None:
        return
    draft = house.knowledge.editing.store.drafts(article_id, ["en"])["en"]
    body = draft.content.body.replace("| Arc | E27 | 15 W LED |", "| Arc | E27 | 15 W LED |\n| Lark | E14 | 5 W LED |")
    said = Content(draft.content.title, draft.content.summary, body)
    house.knowledge.editing.publish(author, article_id, "en", said, draft.version)
