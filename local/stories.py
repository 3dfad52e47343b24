"""What the people of the demo have written to each other: a shop that makes lamps, and those who buy them."""

from __future__ import annotations

from local import files
from local.cast import (
    AGENT,
    ANIL,
    CALLER,
    COLLABORATOR,
    COLLEAGUE,
    LAYLA,
    LEAD,
    MOVED,
    OLENA,
    OWNER,
    SAKURA,
    SECOND_AGENT,
    STRANGER,
)
from local.story import DAY, HOUR, Line, Story, answer, closed, comment, customer, invoice, note, photo

STORIES: tuple[Story, ...] = (
    Story(
        OWNER,
        "portal",
        "Warranty for the Wren desk lamp",
        35,
        (
            customer(
                "Hello, the switch of our Wren desk lamp has stopped clicking into place. It was bought in March last "
                "year, order 18 203. Is that still covered?\n\nI have attached a picture.",
                0,
                photo("wren-desk-lamp.png", (74, 110, 92)),
            ),
            note(SECOND_AGENT, "Third Wren switch this month. @Sven, is that the March batch?", 22),
            note(COLLABORATOR, "Yes, springs from the old supplier. Replace without asking for the lamp back.", 31),
            answer(
                AGENT,
                "Hi Ada,\n\nThank you for the picture. Yes, switches are covered for five years. A new one is on its "
                "way "
                "to you; it clips in without tools, and the sheet attached shows how.\n\nPlease keep the lamp "
                "unplugged "
                "until then.\n\nMina",
                48,
                (
                    "Changing the Wren switch.docx",
                    lambda: files.docx(
                        [
                            "Changing the switch of the Wren desk lamp",
                            "1. Pull the plug.",
                            "2. Press the two tongues below the foot together and lift the cover.",
                            "3. Pull the old switch straight out and push the new one in until it clicks.",
                            "4. Put the cover back on. That is all.",
                        ]
                    ),
                ),
            ),
        ),
        unread=True,
    ),
    Story(
        OWNER,
        "email",
        "Invoice AF-2204 shows our old address",
        5 * HOUR,
        (
            customer(
                "Dear all,\n\nthe invoice for the two Moon pendants (AF-2204) still shows our old address in Uppsala. "
                "Could you send it again with Folkungagatan 71, 116 22 Stockholm?\n\nYou asked for the card the "
                "payment "
                "was made with: 4556 7375 8689 9855, if that helps to find it.\n\nKind regards\nAda Lindqvist",
                0,
                invoice("AF-2204", "2 Moon pendant, opal glass", "To: Ada Lindqvist, Uppsala", "Total: 7 480 SEK"),
                secret="4556 7375 8689 9855",
            ),
            Line("redacted", SECOND_AGENT, "", 40),
            answer(
                SECOND_AGENT,
                "Dear Ada,\n\nhere is the corrected invoice. We never need a card number, so I have removed it from "
                "your "
                "message; nobody here can see it any more.\n\nBest wishes\nTom",
                6,
                invoice(
                    "AF-2204 corrected",
                    "2 Moon pendant, opal glass",
                    "To: Ada Lindqvist, Folkungagatan 71, 116 22 Stockholm",
                    "Total: 7 480 SEK",
                ),
            ),
            customer(
                "Perfect, and thank you for looking after that number. One more thing: could future invoices go to "
                "bokforing@example.com as well?",
                22 * HOUR,
            ),
        ),
    ),
    Story(
        OWNER,
        "form",
        "Is the Lark wall lamp available in green?",
        2 * DAY,
        (
            customer(
                "I saw the Lark wall lamp in brass and in black. Do you also make it in the green of the Wren? We "
                "would "
                "need four of them.",
                0,
            ),
            answer(
                AGENT,
                "Hello Ada,\n\nnot in the shop, but we can paint four of them for you: about three weeks, and 180 SEK "
                "more for each. The chart with our greens is attached; “Alder 6” is the one of the Wren.\n\nMina",
                3 * HOUR,
                photo("greens.png", (52, 120, 84)),
                (
                    "Lark prices.xlsx",
                    lambda: files.xlsx(
                        [
                            ["Lamp", "Finish", "Pieces", "SEK each"],
                            ["Lark wall lamp", "Brass", 1, 1490],
                            ["Lark wall lamp", "Black", 1, 1390],
                            ["Lark wall lamp", "Painted, Alder 6", 4, 1570],
                        ]
                    ),
                ),
            ),
            note(AGENT, "Paint shop has room in week 49.", 12),
        ),
        unread=True,
    ),
    Story(
        OWNER,
        "chat",
        "Cord of the Arc floor lamp is too short",
        3 * DAY,
        (
            customer("Hi! Is there a longer cord for the Arc floor lamp?", 0),
            answer(SECOND_AGENT, "Hi Ada, good timing, I have one in front of me. How far is it to your socket?", 1),
            customer("about 4 metres", 1),
            answer(
                SECOND_AGENT,
                "Then the 5 m textile cord fits. It has a plug on both ends, so no tools. "
                "Shall I put one aside for you?",
                2,
            ),
            customer("Yes please, in grey 🙂", 1),
            answer(SECOND_AGENT, "Done. You can pay when it arrives. Have a nice evening!", 2),
            closed(SECOND_AGENT, 30),
            customer("The cord has come, but it is the black one. Can I swap it?", 6 * DAY, channel="portal"),
            Line("reopened", None, "", 0),
            answer(
                SECOND_AGENT, "Oh no, sorry about that. The grey one left today, and please keep the black one.", 90
            ),
            customer("That is kind, thank you!", 20, channel="portal"),
        ),
    ),
    Story(
        OWNER,
        "portal",
        "Replacement glass for a Moon pendant",
        6 * DAY,
        (
            customer("One of the two Moon pendants lost its opal glass to a ladder. Can I buy only the glass?", 0),
            answer(
                AGENT,
                "Hi Ada, yes. The glass blower makes them in batches and the next one is due in about a week. I will "
                "write "
                "as soon as one is put aside for you; you do not need to do anything until then.\n\nMina",
                4 * HOUR,
            ),
            note(AGENT, "Asked Glasriket for 1 × opal 220 mm. They confirm on Monday.", 15),
            Line("snoozed", AGENT, "", 1),
        ),
        snoozed_days=5,
    ),
    Story(
        OWNER,
        "facebook",
        "Opening hours between the years",
        11 * DAY,
        (
            customer("Hej! Is the showroom open between Christmas and New Year?", 0),
            answer(AGENT, "Hej Ada! Yes: 27 to 30 December from 11 to 16. On the 31st we stay at home.", 50),
            customer("Great, we will come by with the children.", 4),
            answer(AGENT, "Lovely. There will be cinnamon buns.", 3),
            closed(AGENT, 5),
        ),
    ),
    Story(
        OWNER,
        "instagram",
        "The kitchen you asked about",
        16 * DAY,
        (
            customer(
                "You asked for a picture of the Moon pendants over our table. Here they are!",
                0,
                photo("kitchen.png", (206, 170, 92)),
            ),
            answer(
                SECOND_AGENT, "They look so good over that table! May we show it, with your name or without?", 2 * HOUR
            ),
            customer("With my first name is fine.", 35),
            answer(SECOND_AGENT, "Thank you, Ada. It goes up on Friday.", 10),
            closed(SECOND_AGENT, 2),
        ),
    ),
    Story(
        OWNER,
        "sms",
        "Delivery on Thursday",
        27 * DAY,
        (
            customer("Hi, can the driver ring 20 min before? The bell does not work. Ada L", 0),
            answer(LEAD, "Hello Ada, the driver has your number and rings between 10 and 12. Alder & Finch", 14),
            customer("Thx!", 1),
            answer(LEAD, "Delivered 10:52, signed by J. Lindqvist. Alder & Finch", 3 * DAY),
            closed(LEAD, 1),
        ),
    ),
    Story(
        OWNER,
        "twitter",
        "Arc lamp hums when dimmed",
        44 * DAY,
        (
            customer("@alderandfinch my Arc floor lamp hums below about 20 %. Is that normal?", 0),
            answer(AGENT, "It should not. That is nearly always the dimmer: which one do you use?", 26),
            customer("An older rotary one, the label says 40–400 W", 9),
            answer(
                AGENT,
                "That one needs at least 40 W; the Arc draws 9. A dimmer for LED ends the hum. "
                "We can send you a list of those we tried.",
                6,
            ),
            customer("Please do", 2),
            answer(AGENT, "Sent to your e-mail. Tell us how it went!", 11),
            closed(AGENT, 2 * DAY),
        ),
    ),
    Story(
        OWNER,
        "portal",
        "Order 17 950: one box is missing",
        61 * DAY,
        (
            customer(
                "Two of three boxes arrived. The list says: Lark wall lamp, brass. Tracking is attached.",
                0,
                (
                    "tracking.csv",
                    lambda: files.csv(
                        [
                            ["Parcel", "Weight", "Status"],
                            ["SE-770-1", "2.1 kg", "delivered"],
                            ["SE-770-2", "2.1 kg", "delivered"],
                            ["SE-770-3", "1.4 kg", "at the depot, address unclear"],
                        ]
                    ),
                ),
                (
                    "order 17950.xml",
                    lambda: files.xml(
                        "order",
                        [
                            ("number", "17950"),
                            ("customer", "AF-10041"),
                            ("boxes", "3"),
                        ],
                    ),
                ),
            ),
            answer(
                AGENT,
                "Thank you, the list made it easy: the label of the third box had come off. It is on its way "
                "again and should be with you on Wednesday.",
                3 * HOUR,
            ),
            customer("It is here. Thank you for being so quick!", 2 * DAY),
            answer(AGENT, "Glad to hear it. I close this one; write here if anything else turns up.", 30),
            closed(AGENT, 1),
        ),
    ),
    Story(
        COLLEAGUE,
        "email",
        "Present for Ada: engraving on a Wren",
        9 * HOUR,
        (
            customer(
                "Hello, I would like to give my wife a Wren desk lamp with a line engraved on the foot. Please do "
                "not mention it when she writes to you, it is a surprise.",
                0,
            ),
            note(
                SECOND_AGENT, "Surprise for Ada Lindqvist (same address!). Nothing about this in her conversations.", 9
            ),
            answer(
                SECOND_AGENT,
                "Dear Jonas, your secret is safe. Up to 40 characters are included in the price; "
                "send me the line and I will show you how it will look.",
                25,
            ),
            customer("“For the late pages. J.” Thank you!", 5 * HOUR),
        ),
    ),
    Story(
        COLLEAGUE,
        "whatsapp",
        "Bulbs for the bathroom",
        34 * DAY,
        (
            customer("Which bulb does the round bathroom lamp take? The old one says nothing at all.", 0),
            answer(AGENT, "A G9, at most 4 watts. Any with “2700 K” gives the same warm light.", 18),
            customer("Found some, works. 👍", 130),
            closed(AGENT, 10),
        ),
    ),
    Story(
        STRANGER,
        "form",
        "Do you ship to India?",
        14 * HOUR,
        (
            customer(
                "Hello! I would love a Moon pendant for our home in Pune. Do you ship to India, and does it work "
                "with 230 V / 50 Hz?",
                0,
            ),
            answer(
                AGENT,
                "Dear Priya,\n\nyes to both. Shipping takes 8 to 12 days, and customs are paid in advance so "
                "that nothing is due at the door. The exact price is shown before you pay.\n\nMina",
                6 * HOUR,
            ),
        ),
        unread=True,
    ),
    Story(
        STRANGER,
        "instagram",
        "Colour of the Lark in the sunset picture",
        20 * DAY,
        (
            customer("What colour is the Lark in yesterday's picture? It looks like a warm brick red.", 0),
            comment("Has anybody asked about that red yet?", 12),
            answer(SECOND_AGENT, "Good eye: it is a test in “Rowan 3”, not for sale yet. In spring, we hope.", 75),
            closed(SECOND_AGENT, DAY),
        ),
    ),
    Story(
        MOVED,
        "email",
        "Garantie für die Stehleuchte Arc",
        4 * HOUR,
        (
            customer(
                "Guten Tag,\n\nmeine Stehleuchte „Arc“ flackert seit gestern. Gekauft habe ich sie im Mai, der Beleg "
                "liegt bei. Was kann ich tun?\n\nMit freundlichen Grüßen\nKurt Weber",
                0,
                invoice("AF-1987", "1 Arc Stehleuchte, schwarz", "Kurt Weber, Lübeck", "Summe: 429 EUR"),
            ),
            answer(
                AGENT,
                "Guten Tag, Herr Weber,\n\nbitte drehen Sie das Leuchtmittel einmal fest; sitzt es locker, flackert "
                "es. "
                "Hilft das nicht, tauschen wir das Netzteil kostenlos.\n\nMina Park",
                50,
                undelivered="The address does not exist or takes no mail. Ask the customer for another one.",
            ),
        ),
        unread=True,
    ),
    Story(
        CALLER,
        "whatsapp",
        "Candeeiro de mesa: peça em falta",
        90,
        (
            customer("Boa tarde! O candeeiro chegou, mas falta o parafuso do pé.", 0),
            answer(SECOND_AGENT, "Boa tarde, Tomás! Lamento. Envio hoje um saco com dois parafusos, sem custo.", 20),
            customer("Obrigado! A morada é a mesma da encomenda.", 4),
        ),
    ),
    Story(
        SAKURA,
        "email",
        "ペンダントライトの電圧について",
        26 * HOUR,
        (
            customer(
                "はじめまして。「Moon」ペンダントライトを日本で使いたいのですが、100Vでも大丈夫でしょうか。"
                "天井は引掛シーリングです。",
                0,
            ),
            answer(
                AGENT,
                "山田様\n\nお問い合わせありがとうございます。Moonは100〜240Vに対応しています。引掛シーリング用の"
                "アダプターを同梱できますので、ご注文の際に「JP」とお書きください。\n\nミナ・パク",
                3 * HOUR,
            ),
            customer("ありがとうございます。それでは一つ注文します。", 70),
        ),
    ),
    Story(
        OLENA,
        "facebook",
        "Абажур для настільної лампи",
        2 * DAY + 3 * HOUR,
        (
            customer("Добрий день! Чи можна купити окремо абажур для лампи Wren? Наш кіт його не пожалів.", 0),
            answer(
                SECOND_AGENT, "Добрий день, Олено! Так, абажур є окремо, у зеленому й чорному. Вітання котові. 🐈", 65
            ),
            customer("Зелений, будь ласка.", 12),
        ),
    ),
    Story(
        LAYLA,
        "instagram",
        "مصابيح لمكتب التصميم",
        7 * HOUR,
        (
            customer("مرحبًا! نجهّز مكتب تصميم في القاهرة ونحتاج إلى ١٢ مصباحًا من طراز Lark. هل يوجد خصم للكميات؟", 0),
            answer(LEAD, "أهلًا ليلى، نعم: خصم ١٠٪ ابتداءً من عشر قطع. أرسلي لنا عنوان المكتب وسنجهّز عرضًا كاملًا.", 55),
        ),
        unread=True,
    ),
    Story(
        ANIL,
        "facebook",
        "दीवार लैंप की सफ़ाई",
        8 * DAY,
        (
            customer("नमस्ते, पीतल वाले Lark लैंप को कैसे साफ़ करें? उस पर उँगलियों के निशान पड़ गए हैं।", 0),
            answer(
                AGENT,
                "नमस्ते अनिल जी, सूखे मुलायम कपड़े से पोंछिए। ज़िद्दी निशान पर थोड़ा नींबू का रस, फिर साफ़ पानी। "
                "कोई पॉलिश न लगाएँ, वह परत उतार देती है।",
                40,
            ),
            customer("धन्यवाद!", 15),
            closed(AGENT, 30),
        ),
    ),
)
