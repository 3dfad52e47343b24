#!/bin/sh
# Version:   pypdf 6.4.0.
# Guess:     A PDF with a spreadsheet attached is a PDF, and nothing else, for whoever opens it.
# Behaviour: add_attachment stores the file as it is, near the end. Readers of zips look there and skip what comes before:
#            the PDF is the attached archive for them, part by part.
# Seen:      zipfile.is_zipfile says yes of the PDF, and namelist gives the parts of the XLSX in it. After
#            compress_content_streams, which compresses pages alone, it still does.
# Here:      Such a PDF is told from an archive that was hidden: the sentence says that a file is attached inside it.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps pypdf==6.4.0 typing_extensions==4.15.0
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import io
import sys
import zipfile
from importlib.metadata import version

from pypdf import PdfReader, PdfWriter

table = io.BytesIO()
with zipfile.ZipFile(table, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("[Content_Types].xml", "<Types/>")
    archive.writestr("xl/workbook.xml", "<workbook/>")


def with_table(*, compressed):
    """Return a PDF of a page with the table attached."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_attachment("table.xlsx", table.getvalue())
    if compressed:
        page.compress_content_streams()
    written = io.BytesIO()
    writer.write(written)
    assert PdfReader(written).attachments["table.xlsx"] == [table.getvalue()]
    return written


print(f"Version:   pypdf {version('pypdf')}")
print("Guess:     a PDF with a file attached is no zip")
print("Behaviour: the attached file is stored as it is, and zip readers find it from the end")
held = True
for compressed in (False, True):
    paper = with_table(compressed=compressed)
    seen = zipfile.ZipFile(paper).namelist() if zipfile.is_zipfile(paper) else []
    print(f"Seen:      {'pages compressed' if compressed else 'as written'}: {seen}")
    held = held and seen == ["[Content_Types].xml", "xl/workbook.xml"]
sys.exit(not held)
END
