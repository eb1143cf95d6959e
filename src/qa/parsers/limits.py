"""Limits of what parsers accept, which keep any file from exhausting the machine."""

from __future__ import annotations

MEGABYTE = 1_000_000
"""Bytes of a megabyte."""

TEXT_BYTES = 200 * MEGABYTE
MARKUP_BYTES = 50 * MEGABYTE
# Formats of external packages.
OUTSIDE_BYTES = 200 * MEGABYTE
PDF_BYTES = 1_000 * MEGABYTE
PDF_PAGES = 20_000
ARCHIVE_BYTES = 500 * MEGABYTE
ARCHIVE_ENTRIES = 20_000
ARCHIVE_ENTRY_BYTES = 60 * MEGABYTE
ARCHIVE_TOTAL_BYTES = 500 * MEGABYTE
# Maximum size of a spreadsheet.
TABLE_COLUMNS = 16_384
TABLE_ROWS = 1_048_576
TABLE_CELLS = 2_000_000
RECORD_BYTES = 20 * MEGABYTE
MAIL_BYTES = 200 * MEGABYTE
MAIL_PARTS = 5_000
MAIL_DEPTH = 50
MAIL_ATTACHMENTS = 500
# A mail in a mail in a mail: a chain of forwarded messages.
ATTACHMENT_DEPTH = 5
ATTACHMENTS_TOTAL = 2_000
OCR_SECONDS = 120
MARKUP_DEPTH = 10_000
MARKUP_ELEMENTS = 2_000_000
PDF_PAGE_CHARACTERS = 300_000
PDF_SECONDS = 900
PDF_PAGE_SECONDS = 30
READ_MEMORY = 4_000 * MEGABYTE
# Maximum answer of the child process: more than any text with its offsets.
READ_ANSWER_BYTES = 2_000 * MEGABYTE
# CPU seconds for a file without pages.
READ_SECONDS = 120
# Wall-clock seconds for a whole file: a parser that only waits uses no CPU time. Ten times the other limits,
# because a busy machine must not end a sound file.
READ_WAIT_SECONDS = 10 * READ_SECONDS
PDF_WAIT_SECONDS = 10 * PDF_SECONDS
OCR_PIXELS = 40_000_000
# Five times the longest novel; plain text has a separate limit.
EXTRACT_CHARACTERS = 50_000_000
# Maximum size of a sheet in the workbook format.
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
SHEET_CELLS = 2_000_000
SHEET_CHARACTERS = 100_000_000
