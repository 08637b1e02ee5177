// The groups of uses on two sides that are compared: their shares, their typical sentences, and the figures of change.
import { FAINT, groupLook, SHAPES } from "./colours.js";
import { partsOf } from "./concordance.js";
import { make, sign } from "./dom.js";
import { short } from "./numbers.js";
import { Panel } from "./panels.js";
import { pressUse } from "./scene.js";

const percent = (share) => `${(100 * share).toFixed(0)} %`;

const GROUPS_SHOWN = 3; // the others are behind a fold

/** Each group's share of both sides as bars with 95 % intervals; a press on a group selects its uses. */
export class Shares extends Panel {
  constructor(scene) {
    super(scene, make("section.shares"), ["representation", "selection"]);
  }

  /** The uses of a group, in the order of the texts. */
  usesOf(group) {
    const { scene } = this;
    return [...scene.uses.keys()].filter((use) => scene.place[use] >= 0 && scene.now.clusters[scene.place[use]] === group);
  }

  select(group) {
    const { scene } = this;
    const uses = this.usesOf(group);
    const isSelected = JSON.stringify(uses) === JSON.stringify(scene.state.selection);
    scene.set({ selection: isSelected ? [] : uses });
  }

  draw() {
    const { scene } = this;
    const groups = scene.now.record.sides;
    this.selected = JSON.stringify(scene.state.selection);
    const items = groups.map((group, number) => this.group(group, number));
    const others = items.splice(GROUPS_SHOWN);
    const isOpen = this.element.querySelector("details")?.open || others.some((item) => item.querySelector("[aria-pressed=true]"));
    this.element.replaceChildren(
      make("h3", { text: "Groups of uses, and their share on each side" }),
      ...scene.senses.map((name, side) => this.stack(name, side, groups)),
      make("p.note", { text: "Choose a group to read its sentences alone; lines over a bar: 95 % interval." }),
      make("ol", {}, ...items),
      ...(others.length ? [make("details", { open: isOpen }, make("summary", { text: `${others.length} more groups` }), make("ol", {}, ...others))] : []),
    );
  }

  /** All groups of a side in one bar. */
  stack(name, side, groups) {
    const parts = groups.flatMap((group, number) => {
      const [share] = side ? group.new : group.old;
      if (!share) return [];
      const letter = String.fromCharCode(65 + number);
      const part = make("button.part", { type: "button", text: share < 0.04 ? "" : letter, title: `${this.scene.groupName(number)}: ${percent(share)} in ${name}`, onclick: () => this.select(number), aria: { label: `Group ${letter}, ${percent(share)} in ${name}` } });
      part.style.flexGrow = share;
      return [part];
    });
    const bar = make("div.stack", {}, ...parts);
    bar.style.setProperty("--group", groupLook(side).colour);
    return make("div.side", {}, make("span.name", {}, sign({ ...groupLook(side), shape: "circle" }, SHAPES.circle), make("bdi", { text: name, title: name })), bar);
  }

  group(group, number) {
    const { scene } = this;
    const look = { ...groupLook(number), colour: FAINT };
    const note = !group.n_old ? `only in ${scene.senses[1]}` : !group.n_new ? `only in ${scene.senses[0]}` : "";
    const isPressed = this.selected === JSON.stringify(this.usesOf(number));
    const button = make("button.pick", { type: "button", onclick: () => this.select(number), aria: { pressed: isPressed } }, sign(look, SHAPES[look.shape]), make("span", { text: scene.groupName(number) }), make("em", { text: note }));
    const bars = [[group.old, group.n_old], [group.new, group.n_new]].map(([figure, n], side) => this.bar(figure, n, side));
    const typical = group.typical.map((use) => {
      const [left, word, right] = partsOf(scene.uses[use]);
      const ownSide = groupLook(scene.codes[use]);
      return make("li", {}, make("button.typical", { type: "button", title: `${left}${word}${right}`, onclick: () => pressUse(scene, use, false) }, sign({ ...ownSide, shape: "circle" }, SHAPES.circle), make("span.words", {}, left.length > 40 ? `…${left.slice(-38)}` : left, make("strong", { text: word }), right)));
    });
    return make("li.group", {}, button, ...bars, make("ul", {}, ...typical));
  }

  bar([share, low, high], n, side) {
    const [bar, range] = [make("i.bar"), make("i.range")];
    bar.style.width = `${100 * share}%`;
    bar.style.background = groupLook(side).colour;
    range.style.left = `${100 * low}%`;
    range.style.width = `${100 * (high - low)}%`;
    const track = make("span.track", {}, bar, range);
    return make("div.share", {}, make("span.name", {}, make("bdi", { text: this.scene.senses[side], title: this.scene.senses[side] })), track, make("span.value", { text: `${percent(share)} (${percent(low)} to ${percent(high)}), ${n}` }));
  }
}

const FIGURES = ["apd", "prt", "jsd"];
const FIGURES_MEAN = "APD: mean of 1 - cosine over all pairs of an old and a new use. PRT: 1 / cosine of the two sides' mean vectors. JSD: how differently the groups are shared out, from 0 to 1. The interval holds the figure in 95 % of the draws when the uses of each side are drawn again with replacement; p is the share of random assignments of the uses to two sides that give at least as much.";

/** Rows of the figures of change, one a representation, below their names. */
export function sideNumbers(scene) {
  const known = (one, name, k = 0) => one.figures[name]?.[k] ?? NaN;
  return [
    ["representation", ...FIGURES.flatMap((name) => [name.toUpperCase(), "95 % from", "95 % to", "p"])],
    ...scene.family.map((one) => [one.label, ...FIGURES.flatMap((name) => [0, 1, 2].map((k) => known(one, name, k)).concat(known(one, `p_${name}`)))]),
  ];
}

/** The figures of change of every representation. */
export class SideNumbers extends Panel {
  constructor(scene) {
    super(scene, make("details.numbers"), ["representation"]);
  }

  draw() {
    if (this.element.firstChild) return;
    const [heads, ...rows] = sideNumbers(this.scene);
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { text, scope: "col" })))), make("tbody", {}, ...rows.map(([label, ...values]) => make("tr", {}, make("th", { text: label, scope: "row" }), ...values.map((value) => make("td", { text: short(value, 3) }))))));
    this.element.replaceChildren(make("summary", { text: "The figures of change in each representation" }), make("p.note", { text: FIGURES_MEAN }), make("div.scroll", {}, table));
  }
}
