// A table as a workbook of one sheet: numbers as numbers, texts as texts, no formula. The parts of the
// workbook are stored in a ZIP archive without compression.
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const MOST_IN_CELL = 32767;

/** Rows of numbers and texts as the bytes of an XLSX file. */
export function xlsx(rows) {
  const parts = {
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="table" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${MAIN}"><sheetData>${rows.map((row) => `<row>${row.map(xlsxCell).join("")}</row>`).join("")}</sheetData></worksheet>`,
  };
  return zip(Object.entries(parts).map(([name, text]) => [name, new TextEncoder().encode(HEAD + text)]));
}

function xlsxCell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? `<c><v>${value}</v></c>` : "<c/>";
  // What XML cannot hold is left out; a cell has at most 32,767 characters.
  const known = String(value).toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
  const text = known.length > MOST_IN_CELL ? `${known.slice(0, MOST_IN_CELL - 1)}…` : known;
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<c t="inlineStr"><is><t xml:space="preserve">${safe}</t></is></c>`;
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let k = 0; k < 8; k++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers: [value, number of bytes] pairs. */
function record(...fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of fields) {
    for (let k = 0; k < size; k++) bytes[at++] = Math.floor(value / 256 ** k) & 255;
  }
  return bytes;
}

/** [name, bytes] pairs as a ZIP archive (APPNOTE 6.3: stored, names in UTF-8). */
function zip(files) {
  const [out, index] = [[], []];
  const sizeOf = (chunks) => chunks.reduce((sum, { length }) => sum + length, 0);
  for (const [name, bytes] of files) {
    const encoded = new TextEncoder().encode(name);
    const start = sizeOf(out);
    const fields = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [encoded.length, 2], [0, 2]];
    out.push(record([0x04034b50, 4], ...fields), encoded, bytes);
    index.push(record([0x02014b50, 4], [20, 2], ...fields, [0, 2], [0, 2], [0, 2], [0, 4], [start, 4]), encoded);
  }
  const end = record([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [sizeOf(index), 4], [sizeOf(out), 4], [0, 2]);
  return new Blob([...out, ...index, end], { type: `${TYPES}.sheet` });
}
