// The uses that fit their sense least, as elmo/explore/odd_uses.py ranks them; a press on a heading sorts.
import { make, setText } from "./dom.js";
import { short } from "./numbers.js";
import { Panel } from "./panels.js";
import { pressUse } from "./scene.js";

const SHOWN = 30;

/**
 * [{ use, own, other, label }] of the held uses, the oddest first: mean cosine with the other uses of its
 * sense, and with the nearest other sense. Without two senses all uses are one group, and `other` is NaN.
 */
export function oddUses(scene) {
  const { members, senses, now } = scene;
  const names = [...new Set(Array.from(members, (use) => scene.codes[use]).filter((code) => code >= 0))];
  names.sort((a, b) => (senses[a] < senses[b] ? -1 : 1));
  const isLabelled = names.length > 1;
  const groups = Array.from(members, (use) => (isLabelled ? names.indexOf(scene.codes[use]) : 0));
  const places = [...members.keys()].filter((place) => groups[place] >= 0);
  if (places.length < 3) return [];
  const k = isLabelled ? names.length : 1;
  const [sizes, totals] = [new Float64Array(k), new Float64Array(k * members.length)];
  for (const place of places) sizes[groups[place]]++;
  const { cosines } = now;
  for (let i = 0, pair = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++, pair++) {
      if (groups[i] < 0 || groups[j] < 0) continue;
      totals[i * k + groups[j]] += cosines[pair];
      totals[j * k + groups[i]] += cosines[pair];
    }
  }
  const ranked = [];
  for (const place of places) {
    const group = groups[place];
    if (sizes[group] < 2) continue;
    const own = totals[place * k + group] / (sizes[group] - 1);
    let [other, label] = [NaN, ""];
    for (let g = 0; g < k; g++) {
      const value = totals[place * k + g] / sizes[g];
      if (g !== group && !(value <= other)) [other, label] = [value, senses[names[g]]];
    }
    ranked.push({ use: members[place], own, other, label });
  }
  const ahead = ({ own, other }) => (isLabelled ? own - other : own);
  return ranked.sort((a, b) => ahead(a) - ahead(b) || a.use - b.use);
}

/** The columns of the table: [name, value of a use that `oddUses` gives]. */
function columnsOf(scene, isLabelled) {
  const number = ["number", ({ use }) => use + 1];
  if (!isLabelled) return [number, ["cosine to the others", ({ own }) => own]];
  const sense = ({ use }) => scene.senses[scene.codes[use]] ?? "";
  return [
    number, ["label", sense], ["cosine to its label", ({ own }) => own],
    ["nearest other", ({ label }) => label], ["cosine to that", ({ other }) => other], ["nearer by", ({ own, other }) => other - own],
  ];
}

export class Odd extends Panel {
  constructor(scene) {
    super(scene, make("section.odd"), ["representation", "labels", "weights", "selection"]);
    this.lead = make("p");
    this.head = make("tr");
    this.body = make("tbody");
    const table = make("div.scroll", {}, make("table", {}, make("thead", {}, this.head), this.body));
    this.fold = make("details", {}, make("summary", { text: "Table" }), table);
    this.element.append(this.lead, this.fold);
    this.by = { column: null, isDown: true };
    this.canWait = true;
  }

  update(changed) {
    if (changed.size === 1 && changed.has("selection")) this.mark();
    else this.draw();
  }

  draw() {
    const { scene } = this;
    const ranked = oddUses(scene);
    const isOne = ranked.every(({ own }) => own > 1 - 1e-6);
    this.element.hidden = !ranked.length || isOne;
    if (this.element.hidden) return;
    const isLabelled = !Number.isNaN(ranked[0].other);
    this.lead.replaceChildren(...this.summary(ranked, isLabelled));
    const hasOdd = !isLabelled || ranked.some(({ own, other }) => other > own);
    if (hasOdd !== this.hasOdd) this.fold.open = hasOdd; // the person's own choice stays until that changes
    this.hasOdd = hasOdd;
    const columns = columnsOf(scene, isLabelled);
    const column = columns.find(([name]) => name === this.by.column);
    if (column) {
      const sign = this.by.isDown ? -1 : 1;
      const [, value] = column;
      ranked.sort((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0));
    }
    this.build(columns, Math.min(SHOWN, ranked.length));
    this.showOrder();
    this.rows.forEach((row, k) => this.fill(row, ranked[k], columns));
    this.mark();
  }

  /** The headings and rows; those that are there already stay, as a browser takes its time for new ones. */
  build(columns, nRows) {
    const names = columns.map(([name]) => name);
    if (this.names?.join() === names.join() && this.rows.length === nRows) return;
    this.names = names;
    this.heads = names.map((name) => make("button", { type: "button", onclick: () => this.sort(name) }));
    this.head.replaceChildren(...this.heads.map((button) => make("th", { scope: "col" }, button)), make("th", { text: "sentence", scope: "col" }));
    this.rows = Array.from({ length: nRows }, () => {
      const row = { cells: names.map(() => make("td")), press: make("button.text", { type: "button" }) };
      row.press.onclick = (event) => pressUse(this.scene, row.use, event.shiftKey);
      row.element = make("tr", {}, ...row.cells, make("td", {}, row.press));
      return row;
    });
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
  }

  sort(column) {
    this.by = { column, isDown: column === this.by.column ? !this.by.isDown : true };
    this.draw();
  }

  /** Which column the rows are sorted by, in its heading. */
  showOrder() {
    const { column, isDown } = this.by;
    this.names.forEach((name, k) => {
      const direction = name !== column ? "none" : isDown ? "descending" : "ascending";
      setText(this.heads[k], `${name}${{ none: "", descending: " ▼", ascending: " ▲" }[direction]}`);
      this.heads[k].parentElement.setAttribute("aria-sort", direction);
    });
  }

  fill(row, odd, columns) {
    row.use = odd.use;
    columns.forEach(([, value], k) => {
      const shown = value(odd);
      setText(row.cells[k], typeof shown === "number" && !Number.isInteger(shown) ? short(shown) : String(shown));
    });
    setText(row.press, this.scene.uses[odd.use].text);
  }

  mark() {
    const selected = new Set(this.scene.state.selection);
    for (const { use, element, press } of this.rows ?? []) {
      element.classList.toggle("selected", selected.has(use));
      press.setAttribute("aria-pressed", String(selected.has(use)));
    }
  }

  /** How many are nearer to another label; names the oddest, as its sentence may be off the screen in a narrow window. */
  summary(ranked, isLabelled) {
    const strong = (text) => make("strong", { text });
    const more = ranked.length > SHOWN ? ` ${SHOWN} of ${ranked.length} are shown.` : "";
    const oddest = `${ranked[0].use + 1}, “${this.scene.uses[ranked[0].use].text}”${more}`;
    if (!isLabelled) return [strong("The odd sentences"), `, the least like the others first: ${oddest}`];
    const n = ranked.filter(({ own, other }) => other > own).length;
    if (!n) return [strong("No odd sentence"), `: each is nearer to its own label than to another. The nearest to another is ${oddest}`];
    return [strong(`${n} of ${ranked.length} sentences ${n === 1 ? "is" : "are"} nearer to another label than to ${n === 1 ? "its" : "their"} own`), `; the oddest is ${oddest}`];
  }
}
