// Pictures for papers: SVG, PNG, and PDF by way of the print dialogue, at a width and a font size.
import { labelled, make, select } from "./dom.js";
import { short } from "./numbers.js";
import { oddUses } from "./odd.js";
import { SvgPen } from "./pen.js";
import { COMPARED, THE_WORD } from "./scene.js";
import { sideNumbers } from "./shares.js";
import { xlsx } from "./xlsx.js";

const PIXELS_A_MM = 96 / 25.4;
const PIXELS_A_POINT = 96 / 72;
const FAMILY = "Helvetica, Arial, sans-serif";

/** A picture as an svg element of a width in millimetres and a font size in points. */
export function asSvg(picture, millimetres, points) {
  const width = millimetres * PIXELS_A_MM;
  const font = points * PIXELS_A_POINT;
  const trial = new SvgPen(width, width, FAMILY); // the legend's height shows when it is drawn
  picture.onPaper(trial, width, picture.height(width, font), font);
  const drawn = picture.height(width, font);
  const height = drawn + 1.8 * font;
  const pen = new SvgPen(width, height, FAMILY);
  picture.onPaper(pen, width, drawn, font);
  pen.rect(0, drawn, width, height - drawn, { fill: "#ffffff" });
  const caption = captionOf(picture);
  const size = Math.min(0.9, (0.9 * (width - 4)) / pen.measure(caption, 0.9 * font)) * font;
  pen.text(caption, 2, height - 0.5 * font, { size, fill: "#111111" });
  pen.root.setAttribute("width", `${millimetres}mm`);
  pen.root.setAttribute("height", `${(height / PIXELS_A_MM).toFixed(2)}mm`);
  picture.draw();
  return { svg: pen.root, width, height };
}

/** What stands below a picture on paper: the word, the layer or the mix that it is of, and the model. */
function captionOf({ scene, name }) {
  const { now, state, data } = scene;
  const by = now.isMix ? `mix ${state.weights.map((w) => short(w)).join(" / ")}` : now.label.toLowerCase();
  const layer = now.compared === THE_WORD ? by : `${by}, ${COMPARED[now.compared] ?? now.compared}`;
  const isOfOne = name === "map" || name === "matrix";
  return [`“${data.word}”`, ...(isOfOne ? [layer] : []), ...(data.made.model ? [`model ${data.made.model}`] : [])].join(" · ");
}

function offer(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function asPng({ svg, width, height }, scale) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** Print the picture alone, on a page of its own size: the dialogue saves it as PDF. */
function print({ svg, width, height }) {
  const holder = make("div.elmo-print-only", {}, svg);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { size: ${width}px ${height}px; margin: 0 }
    @media print { body > *:not(.elmo-print-only) { display: none !important } html, body { margin: 0; background: #fff } .elmo-print-only svg { display: block } }
    @media screen { .elmo-print-only { display: none } }`);
  document.body.append(holder);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  window.addEventListener("afterprint", () => {
    holder.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  }, { once: true });
  window.print();
}

/** The panel that saves one of the pictures. */
export class SavePanel {
  constructor(scene, pictures) {
    const which = select(pictures.map(({ name, caption }) => [name, caption.textContent]), () => {});
    const width = make("input", { type: "number", min: 40, max: 400, value: 85 });
    const font = make("input", { type: "number", min: 5, max: 24, step: 0.5, value: 8 });
    const chosen = () => {
      const millimetres = Math.min(400, Math.max(40, Number(width.value) || 85));
      const points = Math.min(24, Math.max(5, Number(font.value) || 8));
      const picture = pictures.find(({ name }) => name === which.value);
      return { ...asSvg(picture, millimetres, points), name: `${scene.data.word.replace(/[^\p{L}\p{N}]+/gu, "-")}-${picture.name}` };
    };
    const formats = {
      SVG: () => {
        const { svg, name } = chosen();
        offer(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }), `${name}.svg`);
      },
      PDF: () => print(chosen()),
      PNG: async () => {
        const drawn = chosen();
        offer(await asPng(drawn, 600 / 96), `${drawn.name}.png`);
      },
    };
    const buttons = Object.entries(formats).map(([text, onclick]) => make("button", { type: "button", text, onclick, aria: { label: text === "PDF" ? "Print the picture, or save it as PDF" : `Save the picture as ${text}` } }));
    const save = (text, name, made) => make("button", { type: "button", text, onclick: () => offer(made(), `${scene.data.word}-${name}`) });
    const asText = (text) => new Blob([text], { type: "text/plain;charset=utf-8" });
    const numbers = scene.hasSides ? ["Numbers", "change", sideNumbers] : ["Numbers", "separation", numbersTable];
    const every = [...(scene.hasSides ? [] : [["Sentences", "sentences", sentencesTable]]), ["Pairs", "pairs", pairsTable], numbers];
    const tables = [
      ...every.flatMap(([text, name, table]) => [
        save(`${text} (CSV)`, `${name}.csv`, () => asText(csv(table(scene)))),
        save(`${text} (XLSX)`, `${name}.xlsx`, () => xlsx(table(scene).map((row) => row.map((value) => (typeof value === "number" ? value : plain(String(value))))))),
      ]),
      save(scene.hasSides ? "Uses and sides (TSV)" : "Uses and senses (TSV)", "uses.tsv", () => asText(usesTable(scene))),
    ];
    const row = make("div.row", {}, labelled("Picture", which), labelled("Width (mm)", width), labelled("Font (pt)", font), ...buttons);
    this.element = make("details.save", {}, make("summary", { text: "Save a picture for a paper, or a table" }), row, make("div.row", {}, ...tables));
  }

  wants() {
    return false;
  }

  draw() {}
}

// What a spreadsheet would run as a formula gets a ' in front.
function plain(text) {
  return text.replace(/\s+/g, " ").replace(/^(?=[\s"]*[=+\-@＝＋－＠])/, "'");
}

/** Rows as CSV with a byte order mark, by which spreadsheets know UTF-8. */
function csv(rows) {
  const cell = (value) => (typeof value === "number" ? String(value) : `"${plain(String(value)).replaceAll('"', '""')}"`);
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A row a use: its sense, its nearest other use, and how it fits its sense; see odd.js. */
function sentencesTable(scene) {
  const odd = new Map(oddUses(scene).map((one) => [one.use, one]));
  const number = (value) => (value === undefined || Number.isNaN(value) ? "" : Number(value.toFixed(6)));
  const rows = scene.uses.map(({ text, tokens, position, length }, use) => {
    const [near] = scene.nearest(scene.now, use);
    const { own, other, label } = odd.get(use) ?? {};
    const sense = (of) => scene.senses[scene.codes[of]] ?? "";
    return [
      use + 1, tokens.slice(position, position + length).join(" "), sense(use),
      near ? near.other + 1 : "", near ? sense(near.other) : "", number(near?.cosine), number(own), label ?? "", number(other), text,
    ];
  });
  return [["number", "word", "sense", "nearest", "its sense", "cosine to it", "cosine to its own sense", "nearest other sense", "cosine to that", "sentence"], ...rows];
}

/** Every pair whose cosine is held, most similar first. */
function pairsTable(scene) {
  const { members, now, codes, senses } = scene;
  const rows = [];
  for (let i = 0, pair = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++, pair++) rows.push([members[i], members[j], now.cosines[pair]]);
  }
  rows.sort((a, b) => Math.round(b[2] * 1e6) - Math.round(a[2] * 1e6));
  const of = (use) => [use + 1, senses[codes[use]] ?? "", scene.uses[use].text];
  return [
    ["rank", "cosine", "first", "first sense", "first sentence", "second", "second sense", "second sentence"],
    ...rows.map(([i, j, cosine], k) => [k + 1, Number(cosine.toFixed(6)), ...of(i), ...of(j)]),
  ];
}

/** The numbers of each representation of what is compared. */
function numbersTable(scene) {
  const names = ["self_similarity", "baseline", "p", "silhouette", "nearest_same", "labelled"];
  const number = (value) => (value === undefined || value === null || Number.isNaN(value) ? "" : value);
  return [
    ["representation", "pair AUC", "95% from", "95% to", "same-sense cosine", "different-sense cosine", "mean cosine", "random words", "p (shuffled senses)", "silhouette", "nearest has the same sense", "of"],
    ...scene.family.map((one) => {
      const { auc, low, high, same, different } = scene.figures(one);
      return [one.label, ...[auc, low, high, same, different, ...names.map((name) => one.figures[name]?.[0])].map(number)];
    }),
  ];
}

/** The uses as the table that `python -m elmo report` reads, with the senses as they are now. */
function usesTable(scene) {
  const rows = scene.uses.map(({ text, tokens, position }, use) => {
    const form = tokens[position];
    const occurrence = tokens.slice(0, position).filter((token) => token === form).length;
    return [plain(text), plain(form), occurrence, plain(scene.senses[scene.codes[use]] ?? "")].join("\t");
  });
  return ["sentence\tform\toccurrence\tsense", ...rows, ""].join("\n");
}
