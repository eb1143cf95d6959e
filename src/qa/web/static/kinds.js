// Distinguishes files of questions from documents.

const MOST_READ = 1_000_000; // bytes; a larger list of questions is rare, and can be chosen as a file of questions
const MOST_UNPACKED = 20_000_000; // characters of a part of a workbook; the names of its columns come first
const ZIP_END = 0x06054b50;

/**
 * Returns how to treat a file: a table with a column "question" is a file of questions, any other table is a
 * document. The first lines decide for other files.
 * @param {File} file
 * @param {boolean} readOnly whether no documents can be added; then every table is a file of questions
 * @returns {Promise<"questions" | "documents" | "either">}
 */
export async function kindOf(file, readOnly = false) {
  const [, extension] = /\.(\w+)$/.exec(file.name.toLowerCase()) ?? [];
  if (readOnly && ["csv", "tsv", "xlsx"].includes(extension)) return "questions";
  return KINDS[extension]?.(file) ?? "documents";
}

const KINDS = {
  json: () => "questions",
  jsonl: async (file) => (asksInJson((await firstLines(file))[0]) ? "questions" : "documents"),
  xlsx: async (file) => ((await asksInWorkbook(file).catch(() => false)) ? "questions" : "documents"),
  csv: kindOfTable,
  tsv: kindOfTable,
  txt: async (file) => kindOfText(file, await firstLines(file)),
};

async function kindOfTable(file) {
  const lines = await firstLines(file);
  // The header is the second line after a line such as "sep=;".
  return lines.slice(0, 2).some(asksInHeader) ? "questions" : kindOfText(file, lines);
}

function kindOfText(file, lines) {
  const all = file.size <= MOST_READ && lines.length && lines.every((line) => /[?？؟]["”]?$/.test(line));
  return all ? "either" : "documents";
}

async function firstLines(file) {
  const text = await beginning(file).catch(() => "");
  return text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter(Boolean);
}

async function beginning(file) {
  const bytes = new Uint8Array(await file.slice(0, MOST_READ).arrayBuffer());
  const wide = { "255,254": "utf-16le", "254,255": "utf-16be" }[bytes.slice(0, 2).join()];
  return new TextDecoder(wide || "utf-8").decode(bytes);
}

function asksInHeader(line) {
  return line.split(/[,;\t|]/).some((cell) => /^"?\s*question\s*"?$/i.test(cell));
}

function asksInJson(row) {
  try {
    return "question" in JSON.parse(row);
  } catch {
    return false;
  }
}

// Returns whether a workbook has a cell "question". Its cells are in parts of a zip file.
async function asksInWorkbook(file) {
  for (const { name, packed, stream } of zipParts(new Uint8Array(await file.arrayBuffer()))) {
    if (!/^xl\/(sharedStrings|worksheets\/[^/]+)\.xml$/.test(name)) continue;
    if (await hasCell(packed ? stream().pipeThrough(new DecompressionStream("deflate-raw")) : stream())) return true;
  }
  return false;
}

// Yields the parts of a zip file, from the list at its end. Throws a RangeError if the bytes are not a zip file.
function* zipParts(data) {
  const view = new DataView(data.buffer);
  let end = data.length - 22;
  while (view.getUint32(end, true) !== ZIP_END) end--;
  let at = view.getUint32(end + 16, true);
  for (let parts = view.getUint16(end + 10, true); parts > 0; parts--) {
    const size = view.getUint32(at + 20, true);
    const [names, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(data.subarray(at + 46, at + 46 + names));
    const packed = view.getUint16(at + 10, true) === 8;
    const stream = () => {
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      return new Blob([data.subarray(start, start + size)]).stream();
    };
    yield { name, packed, stream };
    at += 46 + names + extra + comment;
  }
}

async function hasCell(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let read = 0; read < MOST_UNPACKED; read += text.length) {
    const { done, value } = await reader.read();
    if (done) return false;
    // A cell may be split between two pieces, so the end of the last piece is read again.
    text = text.slice(-100) + value;
    if (/>\s*question\s*</i.test(text)) return reader.cancel().then(() => true);
  }
  await reader.cancel();
  return false;
}
