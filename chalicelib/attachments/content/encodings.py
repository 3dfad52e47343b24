"""The encodings that XML may declare, by the names that people and programs give them.

These are the names of the WHATWG's list (https://encoding.spec.whatwg.org/#names-and-labels), which every browser
knows, and those of DOS and Windows besides. All of them have ASCII where it is, so that no reader finds markup that
another does not; only Japan's JIS, which browsers know as well, has other signs between its shifts. Encodings without
ASCII (UTF-7, HZ, EBCDIC) are not among them, nor are names that XML cannot have (``866``, ``iso_8859-1:1987``).
"""

from __future__ import annotations

import re
from typing import Final

_LATIN: Final = {1: "cp1252", 9: "cp1254", 11: "cp874"}
"""Parts of ISO 8859 that are read as the code page of Windows which holds all of them."""
_NAMES: Final = {
    "utf-8": "utf8 utf8n unicode11utf8 unicode20utf8 xunicode20utf8",
    "cp1252": "ascii usascii ansix341968 latin1 l1 csisolatin1 cp819 ibm819 isoir100",
    "iso8859-2": "latin2 l2 csisolatin2 isoir101",
    "iso8859-3": "latin3 l3 csisolatin3 isoir109",
    "iso8859-4": "latin4 l4 csisolatin4 isoir110",
    "iso8859-5": "cyrillic csisolatincyrillic isoir144",
    "iso8859-6": "arabic csisolatinarabic asmo708 ecma114 isoir127 iso88596e iso88596i csiso88596e csiso88596i",
    "iso8859-7": "greek greek8 csisolatingreek ecma118 elot928 isoir126 suneugreek",
    "iso8859-8": "hebrew csisolatinhebrew isoir138 visual logical iso88598e iso88598i csiso88598e csiso88598i",
    "cp1254": "latin5 l5 csisolatin5 isoir148",
    "iso8859-10": "latin6 l6 csisolatin6 isoir157",
    "iso8859-15": "latin9 l9 csisolatin9",
    "koi8-r": "koi koi8 koi8r cskoi8r",
    "koi8-u": "koi8u koi8ru",
    "mac-roman": "mac macintosh macroman csmacintosh xmacroman",
    "mac-cyrillic": "xmaccyrillic xmacukrainian",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp852": "cp852 ibm852",
    "cp866": "cp866 ibm866 csibm866",
    "cp874": "windows874 cp874 dos874 tis620",
    "cp932": "shiftjis sjis xsjis csshiftjis mskanji ms932 cp932 windows31j cswindows31j",
    "euc_jp": "eucjp xeucjp ujis eucjpms cseucpkdfmtjapanese",
    "iso2022_jp": "iso2022jp csiso2022jp",
    "cp949": "euckr cseuckr korean ksc56011987 ksc56011989 ksc5601 csksc56011987 isoir149 windows949 cp949 ms949 uhc",
    "gb18030": "gb18030 gbk xgbk gb2312 csgb2312 gb231280 csiso58gb231280 chinese isoir58 cp936 ms936 windows936",
    "big5": "big5 cnbig5 csbig5 xxbig5 big5hkscs cp950 ms950 windows950",
}
"""Python's name to the names of the encoding, without what :data:`_BETWEEN` takes out."""
_CODECS: Final = {
    **{f"iso8859{part}": _LATIN.get(part, f"iso8859-{part}") for part in (*range(1, 12), *range(13, 17))},
    **{f"{before}125{page}": f"cp125{page}" for before in ("windows", "win", "cp", "xcp") for page in range(9)},
    **{name: codec for codec, names in _NAMES.items() for name in names.split()},
}
_BETWEEN: Final = re.compile(r"[-_.]")
_WIDER: Final = {"euc_jp": ("euc_jp", "euc_jis_2004"), "big5": ("cp950", "big5hkscs")}
"""Encodings that are written with more signs than one of Python's codecs has."""
_SINGLE: Final = re.compile(r"cp(?:125.|4..|8..)|iso8859|koi8|mac")
"""Encodings of one byte a sign: those without a sign stand for none, and no reader stops at them."""


def codec_of(name: str) -> str:
    """Return Python's name of an encoding of one or more bytes a sign; empty where it is none of ours."""
    return _CODECS.get(_BETWEEN.sub("", name.lower()), "")


def decode(content: bytes, codec: str) -> str:
    """Return text by a codec that :func:`codec_of` gave; raises UnicodeDecodeError."""
    first, *wider = _WIDER.get(codec, (codec,))
    try:
        return content.decode(first, "replace" if _SINGLE.match(first) else "strict")
    except UnicodeDecodeError:
        if not wider:
            raise
        return content.decode(wider[0])
