// The similarity matrix: every pair of uses, in an order that can be chosen.
import { cividis, groupLook, shade } from "./colours.js";
import { COLOURINGS } from "./colourings.js";
import { short } from "./numbers.js";
import { MATRIX_ORDERS } from "./orders.js";
import { legendHeight, lineOf, paintLegend, Picture } from "./picture.js";

const MAX_SQUARES = 60;
const MAX_NAMES = 40;

export class MatrixPicture extends Picture {
  constructor(scene) {
    super(scene, "matrix", "Similarity of every pair");
    this.depends = ["representation", "matrixOrder", "selection", "labels", "weights"];
    this.small = document.createElement("canvas");
    this.canvas.onclick = (event) => this.press(this.cellAt(event), event);
    this.colours = Uint32Array.from({ length: 256 }, (_, k) => {
      const [r, g, b] = cividis(k / 255).map(Math.round);
      return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    });
  }

  update() {
    this.draw();
  }

  height(width, font) {
    return width + 1.3 * font + legendHeight(this.legend(), width, font);
  }

  /** The cosines from which the colours go, and the labels that the colours beside the rows and above the columns stand for. */
  legend() {
    const [low, high] = this.range();
    const labels = this.scene.senses.length ? COLOURINGS.sense.legend(this.scene) : [];
    return [{ scale: [`cosine ${short(low)}`, short(high)] }, ...labels];
  }

  alt() {
    const { scene } = this;
    const [low, high] = this.limits;
    return `Similarity matrix of ${scene.members.length} uses at ${scene.now.label}: cosines from ${short(low)} to ${short(high)}. Arrow keys go through the cells, Enter selects the two uses.`;
  }

  paint(pen, box) {
    const { scene } = this;
    const { font, ink } = box;
    const rows = (this.order = MATRIX_ORDERS[scene.state.matrixOrder].places(scene));
    const n = rows.length;
    const [low, high] = (this.limits = this.range());
    const bar = 0.7 * font;
    const names = n <= MAX_NAMES ? rows.map((place) => String(scene.members[place] + 1)) : [];
    const edge = bar + 5 + (names.length ? 1.9 * font : 0);
    const top = 0.8 * font + paintLegend(pen, this.legend(), box);
    const side = Math.min(box.width - edge, box.height - top - edge);
    const [left, up] = [edge, top + edge];
    const unit = side / n;
    this.cells = { left, up, unit, n };
    if (!box.isScreen && n <= MAX_SQUARES) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const value = i === j ? high : scene.now.cosine(rows[i], rows[j]);
          pen.rect(left + j * unit, up + i * unit, unit, unit, { fill: shade((value - low) / (high - low)) });
        }
      }
    } else pen.pixels(this.pixels(rows, this.limits), left, up, side, side);
    rows.forEach((place, k) => {
      const { colour } = groupLook(scene.codes[scene.members[place]]);
      pen.rect(edge - bar - 3, up + k * unit, bar, unit, { fill: colour });
      pen.rect(left + k * unit, up - bar - 3, unit, bar, { fill: colour });
    });
    const small = Math.min(0.8 * font, 0.95 * unit);
    // Names that would touch stand in two rows above the columns, and smaller where that is not enough.
    const wide = Math.max(0, ...names.map((name) => pen.measure(name, small))) + 2;
    const across = small * Math.min(1, (2 * unit) / wide);
    const isNarrow = wide > unit;
    names.forEach((name, k) => {
      pen.text(name, 1.7 * font, up + (k + 0.5) * unit, { size: small, fill: ink.text, align: "right", baseline: "middle" });
      const y = top + (isNarrow ? (k % 2 ? 0.5 : 1.4) : 1.2) * font;
      pen.text(name, left + (k + 0.5) * unit, y, { size: across, fill: ink.text, align: "center", baseline: "middle" });
    });
    this.paintSelection(pen, box, rows, side);
  }

  /** Where the colours begin and end: for a mix the same as for every other mix. */
  range() {
    const { now, weighted } = this.scene;
    if (!now.isMix) return (now.range ??= rangeOfColours([now]));
    if (this.mixRange?.compared !== now.compared) this.mixRange = { compared: now.compared, range: rangeOfColours(weighted) };
    return this.mixRange.range;
  }

  /** The matrix, a pixel a cell. */
  pixels(rows, [low, high]) {
    const { small, colours, scene } = this;
    const { cosines } = scene.now;
    const n = rows.length;
    small.width = small.height = n;
    const context = small.getContext("2d");
    const image = context.createImageData(n, n);
    const cells = new Uint32Array(image.data.buffer);
    const factor = 255 / (high - low);
    const starts = rows.map((_, place) => place * n - (place * (place + 1)) / 2 - place - 1);
    for (let i = 0; i < n; i++) {
      const first = rows[i];
      cells[i * n + i] = colours[255];
      for (let j = i + 1; j < n; j++) {
        const second = rows[j];
        const value = cosines[first < second ? starts[first] + second : starts[second] + first];
        cells[i * n + j] = cells[j * n + i] = colours[Math.min(255, Math.max(0, Math.round((value - low) * factor)))];
      }
    }
    context.putImageData(image, 0, 0);
    return small;
  }

  paintSelection(pen, { ink, isScreen }, rows, side) {
    const { scene } = this;
    const { left, up, unit } = this.cells;
    const selected = rows.flatMap((place, k) => (scene.state.selection.includes(scene.members[place]) ? [k] : []));
    if (selected.length <= 12) {
      for (const k of selected) {
        pen.rect(left, up + k * unit, side, unit, { stroke: "#ffffff", width: 3 });
        pen.rect(left, up + k * unit, side, unit, { stroke: "#111111", width: 1.2 });
      }
    } else for (const k of selected) pen.rect(left - 3, up + k * unit, 3, unit, { fill: ink.text });
    if (scene.pair) {
      const [i, j] = scene.pair.map((use) => rows.indexOf(scene.place[use]));
      for (const [row, column] of [[i, j], [j, i]]) {
        pen.rect(left + column * unit - 1, up + row * unit - 1, unit + 2, unit + 2, { stroke: "#D55E00", width: 3 });
      }
    }
    if (isScreen && this.cell && this.canvas.matches(":focus-visible")) {
      pen.rect(left + this.cell[1] * unit - 1, up + this.cell[0] * unit - 1, unit + 2, unit + 2, { stroke: ink.accent, width: 2, dash: [3, 2] });
    }
  }

  cellAt(event) {
    const [x, y] = this.place(event);
    const { left, up, unit, n } = this.cells;
    const cell = [Math.floor((y - up) / unit), Math.floor((x - left) / unit)];
    return cell.every((k) => k >= 0 && k < n) ? cell : null;
  }

  usesOf(cell) {
    return cell.map((k) => this.scene.members[this.order[k]]);
  }

  tellCell(cell) {
    const [first, second] = this.usesOf(cell);
    if (first === second) return lineOf(this.scene, first);
    const value = this.scene.cosine(this.scene.now, first, second);
    return `cosine ${short(value, 3)}\n${lineOf(this.scene, first, 5)}\n${lineOf(this.scene, second, 5)}`;
  }

  pointed(event) {
    const cell = this.cellAt(event);
    this.showTip(cell && this.tellCell(cell), this.place(event));
  }

  press(cell, event) {
    if (!cell) return;
    this.cell = cell;
    const chosen = [...new Set(this.usesOf(cell))];
    const { selection } = this.scene.state;
    this.scene.set({ selection: event.shiftKey ? [...new Set([...selection, ...chosen])] : chosen });
  }

  key(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const last = this.cells.n - 1;
    if (step) {
      this.cell = (this.cell ?? [0, 0]).map((k, axis) => Math.min(last, Math.max(0, k + step[axis])));
      this.announce?.(this.tellCell(this.cell));
      this.draw();
      return true;
    }
    if ((event.key === "Enter" || event.key === " ") && this.cell) {
      this.press(this.cell, event);
      return true;
    }
    if (event.key === "Escape") this.scene.set({ selection: [] });
    return event.key === "Escape";
  }
}

/** The lowest and the highest cosine of some representations; of equal cosines a range that can be drawn. */
function rangeOfColours(representations) {
  let [low, high] = [1, -1];
  for (const { cosines } of representations) {
    for (const value of cosines) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return high - low > 1e-3 ? [low, high] : [Math.min(0, low), 1];
}
