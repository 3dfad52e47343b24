"""A theme leaves as a zip and comes back the same; what is wrong with a zip is said in a sentence."""

from __future__ import annotations

import io
import json
import random
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.portal.model import MAX_THEME_VALUES
from chalicelib.themes.archive import MAX_ENTRIES, MAX_MIDTOWN, Archive, packed, read
from chalicelib.themes.bases import Bases
from chalicelib.themes.model import MAX_FILE, MAX_FILES, MAX_LABEL, MAX_SETTINGS, MAX_THEME, Asset, Content, Problem
from tests.themes.midtowns import FILES, HOME, NEW, OLD, written

ABOUT = json.dumps({"label": "Ours", "base": OLD})
LABEL = "“label” in theme.json must be a name of 1 to 60 characters."
BASE = "“base” in theme.json names {} of Midtown. Known here: 1.0.20, 1.0.19."
PICTURE = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Bases:
    return written(tmp_path_factory.mktemp("themes"))


Put = Callable[[zipfile.ZipInfo], None]


def zipped(files: Mapping[str, bytes | str], *, put: Mapping[str, Put] | None = None, comment: bytes = b"") -> bytes:
    """Return a zip as people's programs make them; ``put`` changes the entry of a file before it is written."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {"theme.json": ABOUT, **files}.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if put and name in put:
                put[name](entry)
            made.writestr(entry, content)
        made.comment = comment
    return target.getvalue()


def theme(data: bytes, bases: Bases) -> Archive:
    found = read(data, bases)
    assert isinstance(found, Archive), found
    return found


def problems(data: bytes, bases: Bases) -> list[Problem]:
    """Return what is wrong with a zip, each a sentence that people can read."""
    found = read(data, bases)
    assert isinstance(found, list)
    assert found
    assert all(problem.sentence.endswith(".") and problem.sentence.isprintable() for problem in found)
    return found


def refusal(data: bytes, bases: Bases) -> list[str]:
    """Return what is wrong with a zip, as a command line prints it."""
    return [str(problem) for problem in problems(data, bases)]


def one_refusal(data: bytes, bases: Bases) -> str:
    (found,) = refusal(data, bases)
    return found


def content(files: Mapping[str, str], values: Mapping[str, object] | None = None) -> Content:
    """Return a theme made from the old version."""
    origins = {name: FILES[OLD][name] for name in files if name in FILES[OLD]}
    asset = Asset("assets/logo.png", "image/png", len(PICTURE), sha256(PICTURE).hexdigest())
    return Content(OLD, files, origins, values or {}, {asset.name: asset})


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=200)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from([*FILES[OLD], "parts/ours.html", "account.html"]), TEXTS, max_size=5),
    st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), VALUES, max_size=4),
    st.text(st.characters(categories=("L", "N")), min_size=1, max_size=MAX_LABEL),
)
def test_what_goes_out_comes_back(bases: Bases, files: dict[str, str], values: dict[str, object], label: str) -> None:
    """Label, base, files with their origins, settings and pictures; what is Midtown's is no file of the theme's."""
    files = {name: text.removeprefix("\ufeff") for name, text in files.items()}
    before = content({name: text for name, text in files.items() if text != FILES[OLD].get(name)}, values)
    after = theme(packed(label, before, bases, {"assets/logo.png": PICTURE}), bases)
    assert after == Archive(label, before, {"assets/logo.png": PICTURE})


def test_the_whole_theme_goes_out(bases: Bases) -> None:
    """Midtown's unchanged files too, so that people can edit them; the same theme makes the same bytes."""
    ours = content({"home.html": "<p>ours</p>\n", "parts/ours.html": "<hr>\n"}, {"accent": "#aa0000"})
    data = packed("Ours", ours, bases, {"assets/logo.png": PICTURE})
    made = zipfile.ZipFile(io.BytesIO(data))
    whole = {"theme.json", "settings.json", "assets/logo.png", "parts/ours.html", *FILES[OLD]}
    assert set(made.namelist()) == whole
    assert made.testzip() is None
    assert made.read("home.html") == b"<p>ours</p>\n"
    assert made.read("layout.html").decode() == FILES[OLD]["layout.html"]
    assert json.loads(made.read("theme.json")) == {"label": "Ours", "base": OLD}
    assert json.loads(made.read("settings.json")) == {"accent": "#aa0000"}
    assert packed("Ours", ours, bases, {"assets/logo.png": PICTURE}) == data


def test_a_theme_at_its_limits_comes_back(bases: Bases) -> None:
    """Sixty files and pictures besides Midtown's, and 5 MB."""
    files = {f"parts/part-{number}.html": "x" * MAX_FILE for number in range(MAX_FILES - 1)}
    picture = bytes(MAX_THEME - len(files) * MAX_FILE)
    data = packed("Ours", content(files), bases, {"assets/logo.png": picture})
    assert theme(data, bases).content.files == files
    more = packed("Ours", content(files), bases, {"assets/logo.png": picture + b"\0"})
    assert one_refusal(more, bases) == "limits: The theme is larger than 5 MB. Use smaller pictures or fonts."
    files["parts/one-more.html"] = "x"
    more = packed("Ours", content(files), bases, {"assets/logo.png": PICTURE})
    assert one_refusal(more, bases) == "limits: The theme has 61 files besides Midtown's. It may have 60."


def test_a_folder_around_the_theme_is_no_matter(bases: Bases) -> None:
    """People pack folders, and systems put in what they like; a zip may have a comment, as those of GitHub do."""
    inside = {"theme.json": ABOUT, "home.html": "<hr>\n", "assets/logo.png": PICTURE}
    files = {f"Our theme/{name}": content for name, content in inside.items()}
    around = {
        "Our theme/": b"",
        "Our theme/parts/": b"",
        "__MACOSX/Our theme/._home.html": b"\0",
        "Our theme/.DS_Store": b"\0",
        "Thumbs.db": b"\0",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, one in {**around, **files}.items():
            made.writestr(name, one)
        made.comment = b"made by hand"
    found = theme(target.getvalue(), bases)
    assert found.content.files == {"home.html": "<hr>\n"}
    assert found.assets == {"assets/logo.png": PICTURE}


def test_texts_come_in_as_they_are_kept(bases: Bases) -> None:
    """Line ends of Windows and a mark of the encoding are no changes; the base's text is the origin."""
    windows = ("\ufeff" + HOME.replace("\n", "\r\n")).encode()
    found = theme(zipped({"home.html": windows, "layout.html": "<hr>\r\n"}), bases)
    assert found.content.files == {"layout.html": "<hr>\n"}
    assert found.content.origins == {"layout.html": FILES[OLD]["layout.html"]}
    assert found.content.values == {}


ELSEWHERE = (
    *("/home.html", "../home.html", "parts/../home.html", "parts/..", "./home.html", "a//b.html", "home\n.html"),
    *("parts\\header.html", "..\\home.html", "C:home.html"),
)
STRANGE = (
    *("notes.txt", "Home.html", "parts/deep/er.html", "other.css", "home.html.html", "h" * 300 + ".html"),
    *("assets/logo.exe", "assets/Logo.png"),
)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_name_that_leads_elsewhere_is_refused(name: str, bases: Bases) -> None:
    assert "leads out of the theme's folder, or is no name." in one_refusal(zipped({name: "<hr>"}), bases)


@pytest.mark.parametrize("name", STRANGE)
def test_a_name_that_no_theme_has_is_refused(name: str, bases: Bases) -> None:
    """With the names that there are."""
    found = one_refusal(zipped({name: "<hr>"}), bases)
    assert f"“{name[:80]}” is no file of a theme. A theme has theme.json," in found


def test_everything_that_is_wrong_with_names_is_said_at_once(bases: Bases) -> None:
    assert len(refusal(zipped({"notes.txt": "", "more.txt": "", "home.html": ""}), bases)) == 2


def test_a_name_twice_is_refused(bases: Bases) -> None:
    data = zipped({"home.html": "<hr>", "hom2.html": "<p>"}).replace(b"hom2", b"home")
    assert one_refusal(data, bases) == "home.html: name: “home.html” is in the zip twice. Keep one of them."


def made_by_unix(mode: int) -> Put:
    def put(entry: zipfile.ZipInfo) -> None:
        entry.create_system, entry.external_attr = 3, mode << 16

    return put


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o600, stat.S_IFIFO | 0o600])
def test_a_link_is_refused(mode: int, bases: Bases) -> None:
    data = zipped({"home.html": "/etc/hostname"}, put={"home.html": made_by_unix(mode)})
    assert one_refusal(data, bases).startswith("home.html: link: “home.html” is a link or device.")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_other_ways_to_pack_are_refused(method: int, bases: Bases) -> None:
    def put(entry: zipfile.ZipInfo) -> None:
        entry.compress_type = method

    found = one_refusal(zipped({"home.html": "<hr>"}, put={"home.html": put}), bases)
    assert found.startswith("home.html: packing: “home.html” is packed in a way that few programs read.")


def test_an_encrypted_theme_is_refused(bases: Bases) -> None:
    """The flag of an entry says so, in the directory and before the file."""
    data = bytearray(zipped({"home.html": "<hr>"}))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.rindex(mark) + place] |= 1
    assert one_refusal(bytes(data), bases).startswith("home.html: encrypted: “home.html” is encrypted.")


def test_a_folder_with_content_is_refused(bases: Bases) -> None:
    assert "is called like a folder and has content." in one_refusal(zipped({"parts/": "<hr>"}), bases)


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [("home.html", MAX_FILE, "60 KB"), ("theme.css", MAX_FILE, "60 KB"), ("settings.json", MAX_FILE, "60 KB")],
)
def test_a_file_that_is_too_large_is_refused(name: str, limit: int, said: str, bases: Bases) -> None:
    """By what it is and by what it says it is, before it is unpacked."""
    found = one_refusal(zipped({name: " " * (limit + 1)}), bases)
    assert found == f"{name}: too-large: {name} is larger than {said}. Make it smaller."


def test_a_file_that_becomes_far_larger_is_refused(bases: Bases) -> None:
    """Pictures and fonts hardly shrink; what becomes a hundred times larger is none."""
    found = one_refusal(zipped({"assets/logo.png": bytes(200_000)}), bases)
    assert found.startswith("assets/logo.png: too-large: assets/logo.png becomes more than 100 times larger")


def test_all_files_together_are_bounded(bases: Bases) -> None:
    """Each fits, and all together are more than a theme may have."""
    files = {f"assets/a{number}.png": bytes(1024) * 1024 for number in range(7)}
    put = dict.fromkeys(files, stored)
    assert one_refusal(zipped(files, put=put), bases).startswith("too-large: The zip is larger than 6 MB.")
    noise = random.Random(1).randbytes(300_000)
    found = one_refusal(zipped({name: noise + bytes(600_000) for name in files}), bases)
    assert found == "too-large: The zip has more than 6 MB once it is unpacked. Use smaller pictures."
    assert MAX_THEME + MAX_MIDTOWN == 6 * 1024 * 1024


def stored(entry: zipfile.ZipInfo) -> None:
    entry.compress_type = zipfile.ZIP_STORED


def test_too_many_entries_are_refused(bases: Bases) -> None:
    """They are counted before anything is made of them."""
    data = zipped({f"folder-{number}/": b"" for number in range(MAX_ENTRIES)})
    assert one_refusal(data, bases).startswith("too-many: The zip has more than 400 entries.")


@pytest.mark.parametrize("declared", [2, 40_000], ids=["less", "more"])
def test_a_size_that_is_not_true_is_refused(declared: int, bases: Bases) -> None:
    """A file is unpacked to the size that the directory declares, and must end there."""
    data = bytearray(zipped({"home.html": "<hr>" * 2_000}))
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", declared)
    assert one_refusal(bytes(data), bases).startswith("home.html: damaged: home.html is damaged in this zip.")


def test_a_file_that_is_not_what_was_packed_is_refused(bases: Bases) -> None:
    """Its check sum tells."""
    data = zipped({"home.html": "<hr>"}, put={"home.html": stored}).replace(b"<hr>", b"<br>")
    assert one_refusal(data, bases).startswith("home.html: damaged:")


@pytest.mark.parametrize("cut", [0, 4, 100, -10])
def test_what_is_no_zip_is_refused(cut: int, bases: Bases) -> None:
    data = zipped({"home.html": "<hr>"})[:cut]
    assert one_refusal(data, bases) == "damaged: This is no zip, or it is damaged. Pack the theme's folder again."


def test_a_text_that_is_none_is_refused(bases: Bases) -> None:
    """With the line; all such files at once."""
    found = refusal(zipped({"home.html": b"<hr>\n\xff", "theme.css": "a {}\n\n\0"}), bases)
    assert found == [
        "home.html:2: encoding: home.html is not UTF-8 text. Save it as UTF-8.",
        "theme.css:3: encoding: theme.css has a control character. Remove it.",
    ]


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("{", "json: theme.json is not JSON: Expecting property name enclosed in double quotes."),
        ("[]", "json: theme.json must be an object in braces."),
        ('{"label": NaN}', "json: theme.json has numbers, texts or lists that nothing can keep."),
        ('{"base": "1.0.19"}', f"label: {LABEL}"),
        ('{"label": " \\n", "base": "1.0.19"}', f"label: {LABEL}"),
        (json.dumps({"label": "x" * 61, "base": OLD}), f"label: {LABEL}"),
        ('{"label": "Ours"}', f"base: {BASE.format('no version')}"),
        ('{"label": "Ours", "base": ["1.0.19"]}', f"base: {BASE.format('no version')}"),
        ('{"label": "Ours", "base": "1.0.3"}', f"base: {BASE.format('version 1.0.3')}"),
    ],
)
def test_what_theme_json_must_say(about: str, said: str, bases: Bases) -> None:
    """A label, and a version of Midtown that is here; those are named."""
    (problem,) = problems(zipped({"theme.json": about}), bases)
    assert (problem.file, f"{problem.kind}: {problem.sentence}") == ("theme.json", said)


def test_a_zip_without_theme_json_is_no_theme(bases: Bases) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("home.html", "<hr>")
    found = one_refusal(target.getvalue(), bases)
    assert found == "missing: The zip has no theme.json with the theme's label and base. Export a theme to see one."


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ('{"Accent": 1}', "“Accent” in settings.json is no key."),
        (json.dumps({f"key_{number}": 1 for number in range(MAX_SETTINGS + 1)}), "The theme sets 101 settings."),
        (json.dumps({"welcome": "x" * MAX_THEME_VALUES}), "The settings have more than 10 KB of text."),
        ('{"welcome": "\\ud800"}', "settings.json has numbers, texts or lists that nothing can keep."),
        ("[]", "settings.json must be an object in braces."),
        ("{}\n{}", "settings.json is not JSON: Extra data."),
        ("1" * 5_000, "settings.json has numbers, texts or lists that nothing can keep."),
    ],
    ids=["key", "too many", "too long", "half a character", "a list", "two", "a long number"],
)
def test_what_settings_json_may_say(values: str, said: str, bases: Bases) -> None:
    assert said in one_refusal(zipped({"settings.json": values}), bases)


def test_a_theme_made_from_the_newest_version_has_its_texts(bases: Bases) -> None:
    """The version that it names decides what is Midtown's: the old home page is a change of the new one."""
    about = json.dumps({"label": "Ours", "base": NEW})
    found = theme(zipped({"theme.json": about, "home.html": HOME}), bases)
    assert (found.content.base, found.content.files) == (NEW, {"home.html": HOME})
    assert found.content.origins == {"home.html": FILES[NEW]["home.html"]}
