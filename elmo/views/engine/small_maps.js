// A small map of every representation, all on one frame; a press on one shows it large.
import { COLOURINGS } from "./colourings.js";
import { extentOf, nearestDot, paintDots } from "./dots.js";
import { short } from "./numbers.js";
import { legendHeight, lineOf, paintLegend, Picture } from "./picture.js";
import { pressUse } from "./scene.js";

export class SmallMaps extends Picture {
  constructor(scene) {
    super(scene, "all-maps", "All representations on one frame");
    this.depends = ["representation", "method", "colour", "selection", "labels"];
  }

  /** Where only another one is looked at, the two whose frames change are drawn again, unless the colours follow it. */
  update(changed) {
    const { scene, drawn, pen } = this;
    const { family, now } = scene;
    const { isOfNow } = COLOURINGS[scene.state.colour];
    const isSame = drawn && drawn.family.length === family.length && drawn.family[0] === family[0] && pen;
    if (!isSame || isOfNow || changed.size !== 1 || !changed.has("representation")) return this.draw();
    const before = drawn.now;
    drawn.now = now;
    for (const cell of this.cells.filter(({ one }) => one === before || one === now)) this.paintCell(pen, drawn.box, cell, true);
    return this.canvas.setAttribute("aria-label", this.alt());
  }

  shape(width, font) {
    const count = this.scene.family.length;
    // In a narrow place two stand side by side; on paper and on a wide screen each has room for its label.
    const least = width < 26 * font ? 7 : 13;
    const columns = Math.max(1, Math.min(count, Math.floor(width / (least * font))));
    const side = Math.min(width / columns, 26 * font);
    return { columns, side, rows: Math.ceil(count / columns), head: 1.9 * font };
  }

  height(width, font) {
    const { rows, side, head } = this.shape(width, font);
    const legend = legendHeight(COLOURINGS[this.scene.state.colour].legend(this.scene), width, font);
    return rows * (side + head) + legend;
  }

  alt() {
    const { family, counts } = this.scene;
    const auc = (one) => (counts.ranked ? ` pair AUC ${short(this.scene.figures(one).auc)}` : "");
    return `Maps of ${family.map((one) => one.label + auc(one)).join(", ")}, coloured by ${COLOURINGS[this.scene.state.colour].text}. A press on one shows it large.`;
  }

  paint(pen, box) {
    const { scene } = this;
    const { columns, side, head } = this.shape(box.width, box.font);
    const entries = COLOURINGS[scene.state.colour].legend(scene);
    const top = paintLegend(pen, entries, box);
    const cells = scene.family.map((one, k) => {
      const cell = { one, x: (k % columns) * side, y: top + Math.floor(k / columns) * (side + head), side, head };
      this.paintCell(pen, box, cell);
      return cell;
    });
    if (box.isScreen) Object.assign(this, { cells, drawn: { family: scene.family, now: scene.now, box } });
  }

  /** One map with its label and frame; `isAgain` takes away what was drawn there. */
  paintCell(pen, box, cell, isAgain = false) {
    const { scene } = this;
    const { one, x, y, side, head } = cell;
    if (isAgain) pen.clear(x, y, side, side + head);
    const size = (scene.n > 1000 ? 0.3 : scene.n > 60 ? 0.5 : 0.7) * (box.font / 12);
    const isNow = one === scene.now && box.isScreen;
    const { points } = one.map(scene.state.method);
    const { auc } = scene.counts.ranked ? scene.figures(one) : { auc: NaN };
    const label = Number.isNaN(auc) ? one.label : `${one.label} ${short(auc)}`;
    pen.text(cut(pen, label, side - 6, box.font), x + 3, y + 1.2 * box.font, { size: box.font, fill: box.ink.text, weight: isNow ? 700 : 400 });
    const inner = side - 8;
    pen.rect(x + 2, y + head, inner, inner, { stroke: isNow ? box.ink.accent : box.ink.line, width: isNow ? 2 : 1 });
    const scale = inner / 2 / extentOf(scene, scene.state.method);
    cell.at = (use) => [x + 2 + inner / 2 + points[2 * use] * scale, y + head + inner / 2 - points[2 * use + 1] * scale];
    paintDots(pen, scene, cell.at, size, box.ink);
  }

  cellAt(event) {
    const [px, py] = this.place(event);
    return this.cells?.find(({ x, y, side }) => px >= x && px < x + side && py >= y && py < y + side + 24);
  }

  pointed(event) {
    const cell = this.cellAt(event);
    const place = this.place(event);
    const use = cell && nearestDot(Array.from({ length: this.scene.n }, (_, i) => cell.at(i)), ...place, 8);
    this.canvas.style.cursor = "pointer";
    this.showTip(use === null || use === undefined ? null : lineOf(this.scene, use), place);
  }

  listen() {
    this.canvas.onclick = (event) => {
      const cell = this.cellAt(event);
      if (!cell) return;
      const use = nearestDot(Array.from({ length: this.scene.n }, (_, i) => cell.at(i)), ...this.place(event), 8);
      if (use === null) this.scene.set({ representation: cell.one.name });
      else pressUse(this.scene, use, event.shiftKey || event.ctrlKey || event.metaKey);
    };
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return false;
    const { family, now } = this.scene;
    this.scene.set({ representation: family[(family.indexOf(now) + step + family.length) % family.length].name });
    return true;
  }
}

/** A text that is no wider than that, its end left out where there is no room. */
function cut(pen, text, width, size) {
  if (pen.measure(text, size, 700) <= width) return text;
  let length = text.length;
  while (length > 1 && pen.measure(`${text.slice(0, length)}…`, size, 700) > width) length--;
  return `${text.slice(0, length)}…`;
}
