// The uses that fit their sense least, as elmo/explore/odd_uses.py ranks them; a press on a heading sorts.
import { make } from "./dom.js";
import { short } from "./numbers.js";
import { pressUse } from "./maps.js";
import { Panel } from "./panels.js";

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
  for (const i of places) {
    for (const j of places) if (i !== j) totals[i * k + groups[j]] += now.cosine(i, j);
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

export class Odd extends Panel {
  constructor(scene) {
    super(scene, make("section.odd"), ["representation", "labels", "weights", "selection"]);
    this.lead = make("p");
    this.head = make("tr");
    this.body = make("tbody");
    this.element.append(this.lead, make("div.scroll", {}, make("table", {}, make("thead", {}, this.head), this.body)));
    this.by = { column: null, isDown: true };
    this.canWait = true;
  }

  update(changed) {
    if (changed.size === 1 && changed.has("selection")) this.mark();
    else this.draw();
  }

  columns(isLabelled) {
    const { scene } = this;
    const sense = ({ use }) => scene.senses[scene.codes[use]] ?? "";
    if (!isLabelled) return [["number", ({ use }) => use + 1], ["cosine to the others", ({ own }) => own]];
    return [
      ["number", ({ use }) => use + 1], ["label", sense], ["cosine to its label", ({ own }) => own],
      ["nearest other", ({ label }) => label], ["cosine to that", ({ other }) => other], ["nearer by", ({ own, other }) => other - own],
    ];
  }

  draw() {
    const { scene } = this;
    const ranked = oddUses(scene);
    const isOne = ranked.every(({ own }) => own > 1 - 1e-6);
    this.element.hidden = !ranked.length || isOne;
    if (this.element.hidden) return;
    const isLabelled = !Number.isNaN(ranked[0].other);
    this.lead.replaceChildren(...this.summary(ranked, isLabelled));
    const columns = this.columns(isLabelled);
    const column = columns.find(([name]) => name === this.by.column);
    if (column) {
      const sign = this.by.isDown ? -1 : 1;
      const [, value] = column;
      ranked.sort((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0));
    }
    this.head.replaceChildren(...columns.map(([name]) => {
      const isSorted = name === this.by.column;
      const press = () => {
        this.by = { column: name, isDown: isSorted ? !this.by.isDown : true };
        this.draw();
      };
      const direction = isSorted ? (this.by.isDown ? "descending" : "ascending") : "none";
      return make("th", { scope: "col", aria: { sort: direction } }, make("button", { type: "button", text: `${name}${isSorted ? (this.by.isDown ? " ▼" : " ▲") : ""}`, onclick: press }));
    }), make("th", { text: "sentence", scope: "col" }));
    this.rows = ranked.slice(0, SHOWN).map((odd) => {
      const cells = columns.map(([, value]) => {
        const shown = value(odd);
        return make("td", { text: typeof shown === "number" && !Number.isInteger(shown) ? short(shown) : shown });
      });
      const press = make("button.text", { type: "button", text: scene.uses[odd.use].text, onclick: (event) => pressUse(scene, odd.use, event.shiftKey) });
      return { use: odd.use, row: make("tr", {}, ...cells, make("td", {}, press)), press };
    });
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
    this.mark();
  }

  mark() {
    const selected = new Set(this.scene.state.selection);
    for (const { use, row, press } of this.rows ?? []) {
      row.classList.toggle("selected", selected.has(use));
      press.setAttribute("aria-pressed", String(selected.has(use)));
    }
  }

  summary(ranked, isLabelled) {
    const strong = (text) => make("strong", { text });
    const more = ranked.length > SHOWN ? ` ${SHOWN} of ${ranked.length} are shown.` : "";
    if (!isLabelled) return [strong("The odd sentences"), `, the least like the others first.${more}`];
    const n = ranked.filter(({ own, other }) => other > own).length;
    if (!n) return [strong("No odd sentence"), `: each is nearer to its own label than to another. The first of the table are the nearest to another.${more}`];
    return [strong(`${n} of ${ranked.length} sentences ${n === 1 ? "is" : "are"} nearer to another label than to ${n === 1 ? "its" : "their"} own`), `; the oddest first.${more}`];
  }
}
