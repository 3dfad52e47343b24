#!/bin/sh
# Version:   xlsx 0.18.5 of npm (SheetJS), the newest there.
# Guess:     A workbook of one cell declares the content types of what is in it, so that one without macros names none.
# Behaviour: Its [Content_Types].xml declares the type of a macro-enabled binary workbook, as the Default of every part
#            that ends in .bin. There is no such part.
# Seen:      application/vnd.ms-excel.sheet.binary.macroEnabled.main for bin; no part ends in .bin or names macros.
# Here:      A content type counts for parts that exist; macros are looked for by parts, types and relationships.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-save --omit=optional \
    xlsx@0.18.5 adler-32@1.3.1 cfb@1.2.2 codepage@1.15.0 crc-32@1.2.2 ssf@0.11.2 wmf@1.0.2 word@0.3.0 frac@1.1.2

cat > write.js <<'END'
const sheets = require("xlsx");
const book = sheets.utils.book_new();
sheets.utils.book_append_sheet(book, sheets.utils.aoa_to_sheet([["a", 1]]), "One");
sheets.writeFile(book, "one.xlsx");
END
node write.js

"${PYTHON:-python3}" - <<'END'
import re
import sys
import zipfile

with zipfile.ZipFile("one.xlsx") as book:
    names = book.namelist()
    types = book.read("[Content_Types].xml").decode()
declared = re.findall(r'<Default Extension="bin" ContentType="([^"]*)"', types)
parts = [name for name in names if name.lower().endswith(".bin") or "macro" in name.lower() or "vba" in name.lower()]
print("Version:   xlsx 0.18.5")
print("Guess:     a workbook without macros names none in its content types")
print("Behaviour: it declares a macro-enabled type for every .bin, of which there is none")
print(f"Seen:      Default of bin: {declared}; parts with macros: {parts}")
sys.exit(declared != ["application/vnd.ms-excel.sheet.binary.macroEnabled.main"] or parts != [])
END
