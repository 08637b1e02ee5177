// What all pictures share: a canvas of the page's width, its colours, its legend, and a keyboard.
import { shade } from "./colours.js";
import { make } from "./dom.js";
import { CanvasPen } from "./pen.js";

const PAPER_INK = { text: "#111111", paper: "#ffffff", line: "#c8c8c8", accent: "#111111" };

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

  /** Read the width of its place. Read after something was written, it makes the browser lay the page out. */
  measure() {
    this.width = this.canvas.parentElement.clientWidth;
  }

  /** Draw for the screen, as wide as was measured. */
  draw() {
    if (!this.width) this.measure();
    const { width } = this;
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

/** Draw the legend from a place on, in as many lines as it needs; returns its height. */
export function paintLegend(pen, entries, { width, font, ink }, top = 0, isMeasured = false) {
  if (!entries.length) return 0;
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

/** The height of a legend that is not drawn yet. */
export function legendHeight(entries, width, font) {
  legendHeight.pen ??= new CanvasPen(document.createElement("canvas").getContext("2d"), "Helvetica, Arial, sans-serif");
  return paintLegend(legendHeight.pen, entries, { width, font }, 0, true);
}
