"""How much a reader takes on before it refuses, so that no file can exhaust the machine."""

from __future__ import annotations

MEGABYTE = 1_000_000

TEXT_BYTES = 200 * MEGABYTE
MARKUP_BYTES = 50 * MEGABYTE
# A format that another package reads.
OUTSIDE_BYTES = 200 * MEGABYTE
PDF_BYTES = 1_000 * MEGABYTE
PDF_PAGES = 20_000
ARCHIVE_BYTES = 500 * MEGABYTE
ARCHIVE_ENTRIES = 20_000
ARCHIVE_ENTRY_BYTES = 60 * MEGABYTE
ARCHIVE_TOTAL_BYTES = 500 * MEGABYTE
# What a spreadsheet can hold.
TABLE_COLUMNS = 16_384
TABLE_ROWS = 1_048_576
TABLE_CELLS = 2_000_000
RECORD_BYTES = 20 * MEGABYTE
MAIL_BYTES = 200 * MEGABYTE
MAIL_PARTS = 5_000
MAIL_DEPTH = 50
MAIL_ATTACHMENTS = 500
# Mails in mails in mails: a forwarded chain.
ATTACHMENT_DEPTH = 5
ATTACHMENTS_TOTAL = 2_000
OCR_SECONDS = 120
MARKUP_DEPTH = 10_000
MARKUP_ELEMENTS = 2_000_000
PDF_PAGE_CHARACTERS = 300_000
PDF_SECONDS = 900
PDF_PAGE_SECONDS = 30
READ_MEMORY = 4_000 * MEGABYTE
# What the child may send back: more than any text with its offsets.
READ_ANSWER_BYTES = 2_000 * MEGABYTE
# Seconds of computing for a file that has no pages.
READ_SECONDS = 120
OCR_PIXELS = 40_000_000
# Five times the longest novel; plain text has its own limit.
EXTRACT_CHARACTERS = 50_000_000
# What a sheet of a workbook can have by its format.
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
SHEET_CELLS = 2_000_000
SHEET_CHARACTERS = 100_000_000
