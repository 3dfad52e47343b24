"""The snippets of the demo: a welcome, the end of e-mails, and a display name, in the languages of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.audit.model import OPERATOR

if TYPE_CHECKING:
    from chalicelib.wiring import House

WELCOME = "welcome"
SIGNATURE = "signature"
ORDER_NUMBER = "order-number"

SNIPPETS: dict[str, dict[str, str]] = {
    WELCOME: {
        "en": "Everything about our lamps, from the first switch-on to the spare shade.",
        "de": "Alles über unsere Leuchten, vom ersten Einschalten bis zum Ersatzschirm.",
        "fr": "Tout sur nos lampes, du premier allumage à l’abat-jour de rechange.",
        "es": "Todo sobre nuestras lámparas, desde el primer encendido hasta la pantalla de repuesto.",
        "ja": "はじめての点灯から交換用シェードまで、照明のことなら何でもご案内します。",
        "ar": "كل ما يخص مصابيحنا، من أول تشغيل إلى غطاء المصباح البديل.",
    },
    SIGNATURE: {
        "en": "Kind regards\n{agent_name}\n{organization}",
        "de": "Mit freundlichen Grüßen\n{agent_name}\n{organization}",
        "fr": "Cordialement,\n{agent_name}\n{organization}",
        "es": "Un saludo cordial,\n{agent_name}\n{organization}",
        "ar": "مع أطيب التحيات\n{agent_name}\n{organization}",
    },
    ORDER_NUMBER: {
        "en": "Order number",
        "de": "Bestellnummer",
        "fr": "Numéro de commande",
        "es": "Número de pedido",
        "ja": "ご注文番号",
        "ar": "رقم الطلب",
    },
}
"""Japanese lacks an end of e-mails, so that the list shows what missing looks like."""


def seed(house: House) -> None:
    """Write the snippets, and choose the first two where they belong."""
    for name, values in SNIPPETS.items():
        house.snippets.create(OPERATOR, name, values)
    house.portal.settings.change(welcome=WELCOME, signature=SIGNATURE)
