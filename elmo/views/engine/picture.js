// What all pictures share: a canvas of the page's width, its colours, its legend, and a keyboard.
import { groupLook, shade } from "./colours.js";
import { make } from "./dom.js";
import { short } from "./numbers.js";
import { CanvasPen } from "./pen.js";

const PAPER_INK = { text: "#111111", paper: "#ffffff", line: "#c8c8c8", accent: "#111111" };
export const FAINT = "#9a9a9a";

/**
 * A picture draws itself with `paint(pen, box)`, where box is its width, height, font size and ink; the
 * same call draws the screen and the page of a paper.
 */
export class Picture {
  constructor(scene, name, title) {
    Object.assign(this, { scene, name });
    this.canvas = make("canvas", { tabIndex: 0, aria: { role: "img" } });
    this.caption = make("figcaption", { text: title });
    this.tip = make("div.tip", { hidden: true, aria: { hidden: "true" } });
    this.element = make("figure", { data: { picture: name } }, this.caption, make("div.place", {}, this.canvas, this.tip));
    this.canvas.onpointermove = (event) => this.pointed(event);
    this.canvas.onpointerleave = () => this.showTip(null);
    this.canvas.onkeydown = (event) => {
      if (this.key(event)) event.preventDefault();
    };
  }

  /** Whether it may be drawn a little later where it is not in sight. */
  canWait = true;

  /** Which fields of the state the picture depends on; null: all. */
  depends = ["representation", "selection", "labels", "weights"];

  wants(changed) {
    return this.depends.some((field) => changed.has(field));
  }

  height(width) {
    return width;
  }

  key() {
    return false;
  }

  pointed() {}

  /** Draw for the screen. */
  draw() {
    const width = this.canvas.parentElement.clientWidth;
    if (!width) return;
    const height = Math.round(this.height(width, 12));
    const ratio = window.devicePixelRatio || 1;
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1] || this.pen?.ratio !== ratio) {
      [this.canvas.width, this.canvas.height] = size;
      this.canvas.style.height = `${height}px`;
      this.pen = null;
    }
    const style = getComputedStyle(this.element);
    const isPrinted = matchMedia("print").matches;
    const ink = isPrinted ? PAPER_INK : {
      text: style.color, paper: style.backgroundColor, line: style.borderTopColor, accent: style.outlineColor,
    };
    this.pen ??= new CanvasPen(this.canvas.getContext("2d"), style.fontFamily, ratio);
    this.pen.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.context.clearRect(0, 0, width, height);
    this.paint(this.pen, { width, height, font: 12, ink, isScreen: true });
    this.canvas.setAttribute("aria-label", this.alt());
  }

  /** Draw on paper: width in pixels of CSS (1/96 inch), font size too. */
  onPaper(pen, width, height, font) {
    pen.rect(0, 0, width, height, { fill: PAPER_INK.paper });
    this.paint(pen, { width, height, font, ink: PAPER_INK, isScreen: false });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** Text beside the pointer; null hides it. */
  showTip(text, [x, y] = [0, 0]) {
    this.tip.hidden = text === null;
    if (text === null) return;
    this.tip.textContent = text;
    const right = x > this.canvas.clientWidth / 2;
    this.tip.style.left = right ? "auto" : `${x + 14}px`;
    this.tip.style.right = right ? `${this.canvas.clientWidth - x + 14}px` : "auto";
    this.tip.style.top = `${y + 10}px`;
  }
}

/** One line of a use: number, words around it, sense. */
export function lineOf(scene, use, nWords = 8) {
  const { tokens, position, length } = scene.uses[use];
  const [from, to] = [Math.max(0, position - nWords), Math.min(tokens.length, position + length + nWords)];
  const words = tokens.slice(from, to).join(" ");
  const sense = scene.senses[scene.codes[use]];
  return `${use + 1}. ${from ? "… " : ""}${words}${to < tokens.length ? " …" : ""}${sense ? ` [${sense}]` : ""}`;
}

// ---- colourings: each gives the look of a use, and what its legend says ---------------------------

const byShare = (share) => ({ colour: shade(share), shape: "circle" });
const SENTENCES_COLOURED = 8;
const WORDS_COLOURED = 7;

/**
 * A colouring by groups: groupsOf(scene) gives { codes (one a use, -1 for none), names, none }; the look of
 * a use and the legend follow.
 */
function grouped(text, groupsOf, applies = () => true, isOfNow = false) {
  return {
    text, applies, groupsOf, isOfNow,
    look: (scene, use) => groupLook(groupsOf(scene).codes[use]),
    legend: (scene) => {
      const { codes, names, none } = groupsOf(scene);
      const count = (group) => codes.reduce((sum, code) => sum + (code === group ? 1 : 0), 0);
      const entries = names.map((name, k) => ({ name, ...groupLook(k), count: count(k) }));
      return [...entries, { name: none, ...groupLook(-1), count: count(-1) }].filter((entry) => entry.count);
    },
  };
}

/** A function of the scene that is computed again only when what it depends on changes. */
function remembered(key, compute) {
  const known = new WeakMap();
  return (scene) => {
    const now = key(scene);
    if (known.get(scene)?.key !== now) known.set(scene, { key: now, value: compute(scene) });
    return known.get(scene).value;
  };
}

const clusters = remembered((scene) => scene.now.name, (scene) => {
  const codes = Array.from(scene.place, (place) => (place < 0 ? -1 : scene.now.clusters[place]));
  const names = [...new Set(scene.now.clusters)].sort((a, b) => a - b).map((k) => scene.groupName(k));
  return { codes, names, none: "not in the sample" };
});

/** The number of each use's sentence, in the order of the text. */
const sentenceIds = remembered(() => "", (scene) => {
  const ids = new Map();
  return scene.uses.map(({ tokens }) => {
    const text = tokens.join(" ");
    if (!ids.has(text)) ids.set(text, ids.size);
    return ids.get(text);
  });
});
const nSentences = (scene) => Math.max(...sentenceIds(scene)) + 1;
const bySentence = grouped("sentence", (scene) => {
  const codes = sentenceIds(scene);
  return { codes, names: [...Array(nSentences(scene)).keys()].map((k) => `sentence ${k + 1}`), none: "" };
});

/** The most frequent words, each a group. */
const words = remembered(() => "", (scene) => {
  const forms = scene.uses.map(({ tokens, position, length }) => tokens.slice(position, position + length).join(" ").toLowerCase());
  const counts = new Map();
  for (const form of forms) if (/[\p{L}\p{N}]/u.test(form)) counts.set(form, (counts.get(form) ?? 0) + 1);
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).slice(0, WORDS_COLOURED);
  return { codes: forms.map((form) => names.indexOf(form)), names, none: "other words" };
});

/** name -> { text, applies(scene), look(scene, use), legend(scene), isOfChosen, isOfNow (follows the representation), groupsOf }; adding one is adding an entry. */
export const COLOURINGS = {
  word: grouped("word", words, (scene) => scene.isText),
  sense: grouped("sense", (scene) => ({ codes: scene.codes, names: scene.senses, none: "no sense" }), (scene) => !scene.isText && !scene.hasSides),
  side: {
    ...grouped("side, and the group by its shape", (scene) => ({ codes: scene.codes, names: scene.senses, none: "" }), (scene) => scene.hasSides, true),
    look: (scene, use) => ({ ...groupLook(scene.codes[use]), shape: groupLook(clusters(scene).codes[use]).shape }),
    legend: (scene) => [
      ...scene.senses.map((name, k) => ({ name, ...groupLook(k), shape: "circle" })),
      ...clusters(scene).names.map((name, k) => ({ name, colour: FAINT, shape: groupLook(k).shape })),
    ],
  },
  cluster: grouped("group", clusters, () => true, true),
  sentence: {
    text: "sentence",
    applies: () => true,
    look: (scene, use) => {
      if (nSentences(scene) <= SENTENCES_COLOURED) return bySentence.look(scene, use);
      return byShare(sentenceIds(scene)[use] / (nSentences(scene) - 1));
    },
    legend: (scene) => (nSentences(scene) <= SENTENCES_COLOURED ? bySentence.legend(scene) : [{ scale: ["first sentence", "last"] }]),
  },
  position: {
    text: "place in the sentence",
    applies: () => true,
    look: (scene, use) => {
      const { position, tokens } = scene.uses[use];
      return byShare(position / Math.max(1, tokens.length - 1));
    },
    legend: () => [{ scale: ["first word", "last word"] }],
  },
  similarity: {
    text: "similarity to the chosen use",
    applies: () => true,
    isOfChosen: true, // so that the others are not made faint
    isOfNow: true,
    look: (scene, use) => {
      if (scene.chosen === null) return groupLook(-1);
      const cosine = scene.cosine(scene.now, scene.chosen, use);
      if (cosine === null) return groupLook(-1);
      const [low, high] = rangeOf(scene, scene.now, scene.chosen);
      return byShare((Math.min(cosine, high) - low) / (high - low));
    },
    legend: (scene) => {
      if (scene.chosen === null) return [{ name: "choose a use", ...groupLook(-1) }];
      const ends = rangeOf(scene, scene.now, scene.chosen);
      return [{ scale: ends.map((end) => `cosine ${short(end)}`) }];
    },
  },
};

/** Lowest and highest cosine of one use with the others. */
function rangeOf(scene, one, use) {
  const key = `${one.name} ${use} ${scene.state.weights}`;
  if (scene.rangeKey !== key) {
    const values = scene.nearest(one, use).map(({ cosine }) => cosine);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    Object.assign(scene, { rangeKey: key, range: high - low > 1e-3 ? [low, high] : [low - 0.5, high + 0.5] });
  }
  return scene.range;
}

/** Draw the legend from a place on, in as many lines as it needs; returns its height. */
export function paintLegend(pen, entries, { width, font, ink }, top = 0, isMeasured = false) {
  let [x, y] = [2, top + 1.1 * font];
  for (const { name, colour, shape, scale } of entries) {
    const texts = scale ?? [name];
    const wide = texts.reduce((sum, text) => sum + pen.measure(text, font), 0) + (scale ? 9 * font : 2.6 * font);
    if (x + wide > width && x > 2) [x, y] = [2, y + 1.5 * font];
    if (!isMeasured && scale) {
      pen.text(texts[0], x, y, { size: font, fill: ink.text });
      const from = x + pen.measure(texts[0], font) + font * 0.6;
      for (let k = 0; k < 40; k++) pen.rect(from + (k * 6 * font) / 40, y - 0.75 * font, (6 * font) / 40 + 0.3, 0.75 * font, { fill: shade(k / 39) });
      pen.text(texts[1], from + 6.6 * font, y, { size: font, fill: ink.text });
    } else if (!isMeasured) {
      pen.mark(shape, x + 0.5 * font, y - 0.36 * font, font / 13, { fill: colour, stroke: ink.text, width: 0.5 });
      pen.text(name, x + 1.4 * font, y, { size: font, fill: ink.text });
    }
    x += wide;
  }
  return y - top + 0.6 * font;
}
