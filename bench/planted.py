"""Two thousand made-up articles in five languages, and questions whose answers are known.

Each article is about one thing, one trouble and one place, in all languages; its text also mentions other things, so
that words alone do not give it away. The same seed gives the same articles.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.knowledge.search.index_writer import Document

LONG = 5
"""Letters of a word in which somebody slips."""
LANGUAGES = ("en", "de", "fr", "es", "ja")

_THINGS = """
lamp|Lampe|lampe|lámpara|ランプ
shelf|Regal|étagère|estantería|本棚
table|Tisch|table|mesa|テーブル
chair|Stuhl|chaise|silla|椅子
wardrobe|Kleiderschrank|armoire|armario|洋服だんす
mattress|Matratze|matelas|colchón|マットレス
curtain|Vorhang|rideau|cortina|カーテン
carpet|Teppich|tapis|alfombra|じゅうたん
mirror|Spiegel|miroir|espejo|鏡台
drawer|Schublade|tiroir|cajón|引き出し
kettle|Wasserkocher|bouilloire|hervidor|やかん
teapot|Teekanne|théière|tetera|急須
frying pan|Bratpfanne|poêle|sartén|フライパン
knife|Messer|couteau|cuchillo|包丁
vase|Vase|vase|jarrón|花瓶
candle|Kerze|bougie|vela|ろうそく
pillow|Kissen|oreiller|almohada|まくら
blanket|Wolldecke|couverture|manta|毛布
towel|Handtuch|serviette|toalla|タオル
basket|Korb|panier|cesta|かご
clock|Wanduhr|horloge|reloj|掛け時計
bench|Sitzbank|banc|banco|ベンチ
hammock|Hängematte|hamac|hamaca|ハンモック
parasol|Sonnenschirm|parasol|sombrilla|パラソル
grill|Grill|barbecue|parrilla|バーベキューコンロ
bicycle|Fahrrad|vélo|bicicleta|自転車
toolbox|Werkzeugkiste|boîte à outils|caja de herramientas|工具箱
drill|Bohrmaschine|perceuse|taladro|電動ドリル
ladder|Leiter|échelle|escalera|はしご
paint|Wandfarbe|peinture|pintura|ペンキ
doorbell|Türklingel|sonnette|timbre|呼び鈴
thermostat|Thermostat|thermostat|termostato|温度調節器
radiator|Heizkörper|radiateur|radiador|放熱器
humidifier|Luftbefeuchter|humidificateur|humidificador|加湿器
fan|Ventilator|ventilateur|ventilador|扇風機
speaker|Lautsprecher|enceinte|altavoz|スピーカー
keyboard|Tastatur|clavier|teclado|キーボード
backpack|Rucksack|sac à dos|mochila|リュックサック
umbrella|Regenschirm|parapluie|paraguas|雨傘
suitcase|Koffer|valise|maleta|スーツケース
"""
_TROUBLES = """
scratched surface|zerkratzte Oberfläche|surface rayée|superficie rayada|表面の傷
missing screws|fehlende Schrauben|vis manquantes|tornillos que faltan|ネジの不足
late delivery|verspätete Lieferung|livraison tardive|entrega tardía|配達の遅れ
wrong colour|falscher Farbton|mauvaise couleur|color equivocado|色違い
warranty claim|Garantiefall|demande de garantie|reclamación de garantía|保証の申請
cleaning instructions|Reinigungshinweise|conseils de nettoyage|consejos de limpieza|お手入れ方法
assembly manual|Aufbauanleitung|notice de montage|instrucciones de montaje|組み立て説明書
spare parts|Ersatzteile|pièces détachées|piezas de repuesto|交換部品
strange smell|seltsamer Geruch|odeur étrange|olor extraño|異臭
loud noise|lautes Geräusch|bruit fort|ruido fuerte|騒音
broken hinge|gebrochenes Scharnier|charnière cassée|bisagra rota|蝶番の破損
gift wrapping|Geschenkverpackung|emballage cadeau|envoltorio de regalo|ギフト包装
bulk discount|Mengenrabatt|remise de quantité|descuento por volumen|数量割引
return label|Rücksendeetikett|étiquette de retour|etiqueta de devolución|返品ラベル
invoice copy|Rechnungskopie|copie de facture|copia de factura|請求書の写し
energy consumption|Stromverbrauch|consommation électrique|consumo eléctrico|消費電力
child safety|Kindersicherheit|sécurité des enfants|seguridad infantil|子どもの安全
water damage|Wasserschaden|dégât des eaux|daño por agua|水濡れ
size chart|Größentabelle|tableau des tailles|tabla de tamaños|サイズ表
recycling advice|Entsorgungshinweis|conseil de recyclage|consejo de reciclaje|廃棄方法
battery replacement|Batteriewechsel|changement de pile|cambio de batería|電池交換
express shipping|Expressversand|envoi express|envío urgente|速達便
stock reminder|Bestandserinnerung|alerte de stock|aviso de existencias|入荷通知
loose cable|lockeres Kabel|câble desserré|cable suelto|配線のゆるみ
price adjustment|Preisanpassung|ajustement de prix|ajuste de precio|価格調整
"""
_PLACES = """
office|Büro|bureau|oficina|事務所
terrace|Terrasse|terrasse|terraza|テラス
"""
_FILLER: tuple[tuple[str, ...], ...] = (
    (
        "Have your order number at hand.",
        "Halten Sie Ihre Bestellnummer bereit.",
        "Gardez votre numéro de commande sous la main.",
        "Tenga a mano su número de pedido.",
        "ご注文番号をお手元にご用意ください。",
    ),
    (
        "Most questions are settled within two days.",
        "Die meisten Fragen sind in zwei Tagen geklärt.",
        "La plupart des questions sont réglées en deux jours.",
        "La mayoría de las consultas se resuelven en dos días.",
        "ほとんどのお問い合わせは二日以内に解決します。",
    ),
    (
        "Take a photo before you unpack anything else.",
        "Machen Sie ein Foto, bevor Sie mehr auspacken.",
        "Prenez une photo avant de déballer le reste.",
        "Haga una foto antes de desembalar lo demás.",
        "ほかの物を開ける前に写真をお撮りください。",
    ),
    (
        "Write to us if that does not help.",
        "Schreiben Sie uns, wenn das nicht hilft.",
        "Écrivez-nous si cela ne suffit pas.",
        "Escríbanos si esto no ayuda.",
        "それでも解決しない場合はご連絡ください。",
    ),
    (
        "You need no special tools for it.",
        "Sie brauchen dafür kein besonderes Werkzeug.",
        "Aucun outil particulier n’est nécessaire.",
        "No necesita herramientas especiales.",
        "特別な道具は必要ありません。",
    ),
    (
        "Keep the packaging until you are sure.",
        "Heben Sie die Verpackung auf, bis Sie sicher sind.",
        "Gardez l’emballage jusqu’à ce que vous soyez sûr.",
        "Guarde el embalaje hasta estar seguro.",
        "確認できるまで箱を保管してください。",
    ),
)
_ABOUT = (
    "{trouble}: {thing} ({place})",
    "{trouble}: {thing} ({place})",
    "{trouble} : {thing} ({place})",
    "{trouble}: {thing} ({place})",
    "{thing}の{trouble}（{place}）",
)
_ALSO = (
    "See also what we say about {trouble} and the {thing}.",
    "Lesen Sie auch, was wir zu {trouble} und {thing} sagen.",
    "Voyez aussi nos pages sur {trouble} et {thing}.",
    "Vea también lo que decimos sobre {trouble} y {thing}.",
    "{trouble}や{thing}についてもご覧ください。",
)


def _table(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


@dataclass(frozen=True)
class Question:
    """What somebody types, and the article that answers it."""

    text: str
    language: str
    article: str


@dataclass(frozen=True)
class Planted:
    """An article, with what it is about in each language."""

    id: str
    thing: list[str]
    trouble: list[str]
    place: list[str]

    def words(self, language: int) -> list[str]:
        """Return what it is about in one language."""
        return [self.trouble[language], self.thing[language], self.place[language]]


def articles() -> list[Planted]:
    """Return what the 2,000 articles are about."""
    every = itertools.product(_table(_THINGS), _table(_TROUBLES), _table(_PLACES))
    return [Planted(f"article-{number:04d}", *about) for number, about in enumerate(every)]


def documents(planted: list[Planted], sentences: int = 24) -> Iterator[Document]:
    """Yield every article in every language, each with so many sentences that any could have."""
    chance = random.Random(7)
    things, troubles = _table(_THINGS), _table(_TROUBLES)
    for one in planted:
        others = [(chance.choice(things), chance.choice(troubles)) for _ in range(sentences // 4)]
        said = [chance.choice(_FILLER) for _ in range(sentences)]
        for number, language in enumerate(LANGUAGES):
            trouble, thing, place = one.words(number)
            title = _ABOUT[number].format(trouble=trouble, thing=thing, place=place)
            also = [_ALSO[number].format(thing=other[number], trouble=that[number]) for other, that in others]
            text = " ".join([*(sentence[number] for sentence in said), f"{title}.", *also])
            yield Document(
                article=one.id,
                slug=one.id,
                language=language,
                languages=LANGUAGES,
                title=title[0].upper() + title[1:],
                headings=(said[0][number].rstrip(".。"),),
                summary=said[1][number],
                text=text,
                category="",
            )


def exact(planted: list[Planted], count: int) -> list[Question]:
    """Return questions of an article's own words, in an order of their own."""
    return [
        Question(" ".join(chance.sample(words, len(words))), language, one.id)
        for chance, language, one, words in _asked(planted, count, seed=1)
    ]


def begun(planted: list[Planted], count: int) -> list[Question]:
    """Return questions whose last word is not finished."""
    made = []
    for _, language, one, words in _asked(planted, count, seed=2):
        text = " ".join(words)
        made.append(Question(text[: -max(1, len(words[-1]) // 3)], language, one.id))
    return made


def slipped(planted: list[Planted], count: int) -> list[Question]:
    """Return questions with one letter wrong, missing, too many or swapped, in a word of at least five letters.

    Japanese is left out: it is typed by sound and chosen from a list, so slips are others.
    """
    made = []
    for chance, language, one, words in _asked(planted, count * 5 // 4, seed=3):
        if language == "ja":
            continue
        every = " ".join(words).split()
        place = chance.choice([number for number, word in enumerate(every) if len(word) >= LONG])
        every[place] = slip(every[place], chance)
        made.append(Question(" ".join(every), language, one.id))
    return made[:count]


def sentences(planted: list[Planted], count: int) -> list[Question]:
    """Return whole questions, as people write them."""
    asked = (
        "What can I do about the {trouble} of my {thing} in the {place}?",
        "Was mache ich bei: {trouble}, {thing}, im {place}?",
        "Que faire pour {trouble} avec {thing} dans le {place} ?",
        "¿Qué hago con {trouble} de {thing} en {place}?",
        "{place}の{thing}の{trouble}はどうすればいいですか",
    )
    return [
        Question(
            asked[LANGUAGES.index(language)].format(trouble=words[0], thing=words[1], place=words[2]), language, one.id
        )
        for _, language, one, words in _asked(planted, count, seed=4)
    ]


def slip(word: str, chance: random.Random) -> str:
    """Return a word with one slip of the fingers."""
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("aeinorst")
    return chance.choice(
        [
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def _asked(planted: list[Planted], count: int, seed: int) -> Iterator[tuple[random.Random, str, Planted, list[str]]]:
    chance = random.Random(seed)
    for number, one in enumerate(chance.sample(planted, count)):
        language = number % len(LANGUAGES)
        yield chance, LANGUAGES[language], one, one.words(language)
