// The concordance: a line for each use, the word in the middle; linked to every picture.
import { groupLook, SHAPES } from "./colours.js";
import { make, setText, sign } from "./dom.js";
import { pairPlace, short } from "./numbers.js";
import { ORDERS } from "./orders.js";
import { pressUse } from "./scene.js";

const MAX_LINES = 300;
const MANY_LINES = 60;
const FIRST_LINES = 40;
/** What nobody sees yet is drawn so much later, when the browser has shown the rest. */
export const REST_AFTER_MS = 70;
const SUBSTITUTES_SHOWN = 5;

/** What stands before the use, the use, and what stands after it, spaced as it was written. */
export function partsOf({ text, tokens, position, length }) {
  let at = 0;
  const places = [];
  for (const token of tokens) {
    at = text.indexOf(token, at);
    if (at < 0) {
      const join = (from, to) => tokens.slice(from, to).join(" ");
      return [`${join(0, position)} `, join(position, position + length), ` ${join(position + length)}`];
    }
    places.push([at, at + token.length]);
    at += token.length;
  }
  const [begin] = places[position];
  const [, end] = places[position + length - 1];
  return [text.slice(0, begin), text.slice(begin, end), text.slice(end)];
}

export class Concordance {
  constructor(scene) {
    this.scene = scene;
    this.head = make("p.head");
    this.list = make("ol.lines");
    this.note = make("p.note", { hidden: true });
    this.element = make("div.concordance", {}, this.head, this.list, this.note);
    this.lines = new Map();
    this.canWait = true;
  }

  wants(changed) {
    return ["representation", "order", "selection", "labels", "weights", "under"].some((field) => changed.has(field));
  }

  update() {
    this.draw();
  }

  /** The button of a use, made when it is first shown. */
  line(use) {
    if (this.lines.has(use)) return this.lines.get(use);
    const [left, word, right] = partsOf(this.scene.uses[use]);
    const cell = (name, text) => make(`span.${name}`, {}, make("bdi", { text }));
    const note = make("span.note");
    const { substitutes } = this.scene.uses[use];
    const under = make("span.under", { text: substitutes.length ? `could stand there: ${substitutes.slice(0, SUBSTITUTES_SHOWN).join(", ")}` : "" });
    const button = make("button.line", { type: "button", title: `${left}${word}${right}` }, make("span.sign"), cell("left", left), cell("word", word), cell("right", right), note, ...(substitutes.length ? [under] : []));
    button.onclick = (event) => pressUse(this.scene, use, event.shiftKey || event.ctrlKey || event.metaKey);
    button.onkeydown = (event) => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      const item = step && button.parentElement[step];
      if (!item) return;
      item.firstElementChild.focus();
      event.preventDefault();
    };
    const line = { button, note, item: make("li", {}, button), code: null };
    this.lines.set(use, line);
    return line;
  }

  draw() {
    const { scene } = this;
    const { chosen, now } = scene;
    const selected = new Set(scene.state.selection);
    let order = ORDERS[scene.state.order].uses(scene);
    const isFiltered = scene.hasSides && selected.size > 1; // a group that was chosen is read alone
    if (isFiltered) order = order.filter((use) => selected.has(use));
    const nAll = order.length;
    if (nAll > MAX_LINES) {
      const first = order.filter((use) => selected.has(use));
      order = [...first, ...order.filter((use) => !selected.has(use))].slice(0, MAX_LINES);
    }
    this.head.textContent = `${isFiltered ? `${nAll} of ${scene.n} lines, the selected ones` : `${nAll} lines`}; at the right: ${chosen === null ? `the nearest other use, in bold where it ${scene.hasSides ? "is of the other side" : "has another sense"}` : `cosine to ${chosen + 1}`}, ${now.label}`;
    this.note.hidden = nAll <= MAX_LINES;
    this.note.textContent = `${MAX_LINES} of ${nAll} lines are shown, the selected ones first.`;
    this.list.classList.toggle("many", nAll > MANY_LINES); // the browser leaves out those that are off the screen
    this.list.classList.toggle("all-under", scene.state.under === "substitutes");
    this.list.setAttribute("aria-label", `“${scene.data.word}” in ${nAll} sentences`);
    clearTimeout(this.later);
    this.later = null;
    const seen = this.seen ?? this.linesInSight();
    this.seen = null;
    const dress = (from, to) => {
      for (const use of order.slice(from, to)) this.dress(use, selected);
    };
    dress(0, seen);
    const items = order.slice(0, seen).map((use) => this.line(use).item);
    const isSame = this.order?.length === order.length && order.every((use, k) => this.order[k] === use);
    this.order = order;
    if (!isSame) this.show(() => this.list.replaceChildren(...items));
    if (seen >= order.length) return;
    // Lines that nobody sees yet follow when the browser has shown the others.
    this.later = setTimeout(() => {
      this.later = null;
      dress(seen);
      if (!isSame || this.list.children.length < order.length) this.show(() => this.list.append(...order.slice(seen).map((use) => this.line(use).item)));
    }, REST_AFTER_MS);
  }

  /** Read sizes before anything is written, which would make the browser lay the page out twice. */
  measure() {
    this.seen = this.linesInSight();
  }

  /** How many lines, from the first, are needed for what the list shows now. */
  linesInSight() {
    const { list } = this;
    if (!list.isConnected || matchMedia("print").matches) return Infinity;
    const count = list.children.length;
    return count ? Math.ceil(((list.scrollTop + list.clientHeight) / list.scrollHeight) * count) + 10 : FIRST_LINES;
  }

  /** Change the list; the line that has the keyboard keeps it. */
  show(change) {
    const focused = this.list.getRootNode().activeElement;
    change();
    if (focused?.classList?.contains("line")) focused.focus({ preventScroll: true });
  }

  /** Give a line its sign, its state and its number. */
  dress(use, selected) {
    const { scene } = this;
    const line = this.line(use);
    if (line.code !== scene.codes[use]) {
      line.code = scene.codes[use];
      const look = groupLook(line.code);
      line.button.firstElementChild.replaceChildren(sign(look, SHAPES[look.shape], String(use + 1)));
      line.button.style.setProperty("--group", look.colour);
      line.button.setAttribute("aria-description", scene.senses[line.code] ?? "no sense");
    }
    const isSelected = String(selected.has(use));
    if (line.button.getAttribute("aria-pressed") !== isSelected) line.button.setAttribute("aria-pressed", isSelected);
    line.button.classList.toggle("faint", selected.size > 0 && !selected.has(use));
    this.showNote(line.note, use);
  }

  /** At the right of a line: its cosine to the chosen use, or its nearest other use. */
  showNote(note, use) {
    const { scene } = this;
    const { chosen, now, codes } = scene;
    const near = chosen === null ? this.nearestOf(use) : null; // null in a mix, for a use outside the sample
    const text = use === chosen ? "chosen" : near ? `${near.other + 1} · ${short(near.cosine)}` : chosen === null ? "" : short(scene.cosine(now, chosen, use) ?? NaN);
    setText(note, text);
    note.classList.toggle("of-other", near !== null && codes[use] >= 0 && codes[near.other] >= 0 && codes[near.other] !== codes[use]);
  }

  /** The nearest other use in the present representation. */
  nearestOf(use) {
    const { scene } = this;
    const [place, n] = [scene.place[use], scene.members.length];
    if (place < 0) return scene.nearest(scene.now, use)[0] ?? null;
    const { cosines } = scene.now;
    let best = -1;
    let most = -Infinity;
    // Pairs with an earlier use stand in the rows of those, one step apart less each time.
    for (let other = 0, pair = place - 1; other < place; pair += n - other - 2, other++) {
      const value = Math.round(cosines[pair] * 1e6);
      if (value > most) {
        best = other;
        most = value;
      }
    }
    for (let other = place + 1, pair = pairPlace(place, other, n); other < n; other++, pair++) {
      const value = Math.round(cosines[pair] * 1e6);
      if (value > most) {
        best = other;
        most = value;
      }
    }
    return { other: scene.members[best], cosine: scene.now.cosine(place, best) };
  }
}
