// Maps of the uses: one large, whose dots glide, and one small of every representation.
import { COLOURINGS } from "./colourings.js";
import { FAINT, groupLook } from "./colours.js";
import { short } from "./numbers.js";
import { legendHeight, lineOf, paintLegend, Picture } from "./picture.js";

const GLIDE_MS = 450;
const PLAIN_WHEN_MOVING = 1000; // of more dots, those that glide are drawn as squares
const MOST_LABELLED = 500; // of more uses only the selected have labels

/** Where the maps of a method begin and end, in all representations alike. */
function extentOf(scene, method) {
  scene.extents ??= {};
  if (!scene.extents[method]) {
    let most = 1;
    for (const one of scene.byName.values()) {
      if (one.isMix) continue;
      for (const value of one.map(method).points) most = Math.max(most, Math.abs(value));
    }
    scene.extents[method] = 1.12 * most; // so that a dot at the end has room for its shape on a small map
  }
  return scene.extents[method];
}

const TRUST = [[0.75, "close to the truth"], [0.5, "a fair sketch"], [0.25, "a rough sketch"], [-Infinity, "not to be read closely"]];

/** What is said of a map. */
function mapNote(one, method) {
  const map = one.map(method);
  if (map.points.every((value, k) => Math.abs(value - map.points[k % 2]) < 1e-6)) return "all dots are one vector";
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  const parts = [map.method === method || map.method === "fixed axes" ? map.method : `${map.method}, as ${method} was not possible`];
  if (map.shown !== null) parts.push(`shows ${percent(map.shown)} of the spread`);
  if (map.kept !== null) parts.push(`${TRUST.find(([least]) => map.kept >= least)[1]} (keeps ${percent(map.kept)} of the nearest beyond chance)`);
  return parts.join(", ");
}

/** Draw thousands of dots that move: as squares of their colour, which is many times faster than shapes. */
function paintMoving(pen, scene, at, size) {
  const { look } = COLOURINGS[scene.state.colour];
  const places = new Map();
  for (let use = 0; use < scene.n; use++) {
    const { colour } = look(scene, use);
    if (!places.has(colour)) places.set(colour, []);
    const [x, y] = at(use);
    places.get(colour).push(x, y);
  }
  for (const [colour, points] of places) pen.squares(points, 9 * size, colour);
}

/** Draw every dot: what is not selected first and grey, where something is selected. */
function paintDots(pen, scene, at, size, ink) {
  const { look, isOfChosen } = COLOURINGS[scene.state.colour];
  const selected = new Set(isOfChosen ? [] : scene.state.selection);
  const edge = { stroke: ink.text, width: 0.6 };
  for (const pass of selected.size ? [false, true] : [null]) {
    for (let use = 0; use < scene.n; use++) {
      if (pass !== null && selected.has(use) !== pass) continue;
      const { colour, shape } = look(scene, use);
      const [x, y] = at(use);
      if (pass === false) pen.mark(shape, x, y, size, { fill: FAINT, opacity: 0.45 });
      else pen.mark(shape, x, y, pass ? 1.25 * size : size, { fill: colour, ...edge });
    }
  }
}

/** Boxes and dots by the squares of a grid that they lie in, so that only those near a place are looked at. */
class Nearby {
  constructor(side) {
    this.side = side;
    this.squares = new Map();
  }

  *keys([x0, y0, x1, y1]) {
    for (let i = Math.floor(x0 / this.side); i <= Math.floor(x1 / this.side); i++) {
      for (let j = Math.floor(y0 / this.side); j <= Math.floor(y1 / this.side); j++) yield 100003 * i + j;
    }
  }

  add(box, own) {
    for (const key of this.keys(box)) {
      if (!this.squares.has(key)) this.squares.set(key, []);
      this.squares.get(key).push([box, own]);
    }
  }

  /** Whether nothing but `own` lies there. */
  isFree(box, own) {
    const [x0, y0, x1, y1] = box;
    for (const key of this.keys(box)) {
      for (const [[a, b, c, d], other] of this.squares.get(key) ?? []) {
        if (other !== own && x0 < c && x1 > a && y0 < d && y1 > b) return false;
      }
    }
    return true;
  }
}

const overlap = ([a, b, c, d], [e, f, g, h]) => a < g && c > e && b < h && d > f;

/** The names of the groups found without senses, each above its dots, none over another; returns their boxes. */
function paintGroupNames(pen, scene, at, { width, height, font, ink }, top) {
  const { codes, names } = COLOURINGS.cluster.groupsOf(scene);
  const taken = [];
  if (scene.state.colour !== "cluster" || names.length < 2) return taken;
  const tall = 1.35 * font;
  names.forEach((text, group) => {
    const dots = Array.from(codes.keys()).filter((use) => codes[use] === group).map(at);
    const x = dots.reduce((sum, dot) => sum + dot[0], 0) / dots.length;
    const y = Math.max(top + tall, Math.min(...dots.map((dot) => dot[1])) - 1.2 * tall);
    const wide = pen.measure(text, font, 700) + 0.6 * font;
    const left = Math.max(1, Math.min(width - wide - 1, x - wide / 2));
    for (let step = 0; step < 40; step++) {
      const middle = y + (step % 2 ? -1 : 1) * Math.ceil(step / 2) * 0.5 * tall;
      const box = [left, middle - tall / 2, left + wide, middle + tall / 2];
      if (box[1] < top || box[3] > height || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      pen.rect(left, box[1], wide, tall, { fill: ink.paper, stroke: groupLook(group).colour, width: 1.2, opacity: 0.85 });
      pen.text(text, left + 0.3 * font, box[3] - 0.35 * font, { size: font, fill: ink.text, weight: 700 });
      break;
    }
  });
  return taken;
}

/**
 * The number of each use beside its dot, or its word where the uses are all words of a text: the selected
 * first, of the others those for which there is room, so that no label covers another one a dot or a box that is `taken`.
 */
function paintLabels(pen, scene, at, { width, height, font, ink }, top, size, taken) {
  const every = scene.n <= MOST_LABELLED ? [...scene.uses.keys()] : [];
  if (!every.length && !scene.state.selection.length) return;
  const reach = 5.5 * size;
  const nearby = new Nearby(2 * font);
  const dots = Array.from({ length: scene.n }, (_, use) => at(use));
  dots.forEach(([x, y], use) => nearby.add([x - reach, y - reach, x + reach, y + reach], use));
  taken.forEach((box) => nearby.add(box, -1));
  for (const use of new Set([...scene.state.selection, ...every])) {
    const { tokens, position, length } = scene.uses[use];
    const text = scene.isText ? tokens.slice(position, position + length).join(" ") : String(use + 1);
    const [wide, tall] = [pen.measure(text, 0.85 * font), 0.8 * font];
    const [x, y] = dots[use];
    const gap = reach + 2;
    const boxes = [[gap, -tall / 2], [-gap - wide, -tall / 2], [-wide / 2, -gap - tall], [-wide / 2, gap], [0.7 * gap, -0.7 * gap - tall], [0.7 * gap, 0.7 * gap], [-0.7 * gap - wide, -0.7 * gap - tall], [-0.7 * gap - wide, 0.7 * gap]];
    for (const [dx, dy] of boxes) {
      const box = [x + dx, y + dy, x + dx + wide, y + dy + tall];
      if (box[0] < 0 || box[1] < top || box[2] > width || box[3] > height || !nearby.isFree(box, use)) continue;
      nearby.add(box, -1);
      pen.text(text, box[0], box[3], { size: 0.85 * font, fill: ink.text });
      break;
    }
  }
}

function nearestDot(dots, x, y, reach) {
  let best = null;
  let least = reach ** 2;
  dots.forEach(([dx, dy], use) => {
    const distance = (dx - x) ** 2 + (dy - y) ** 2;
    if (distance < least) [best, least] = [use, distance];
  });
  return best;
}

function isInside([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [polygon[i], polygon[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export class LargeMap extends Picture {
  constructor(scene) {
    super(scene, "map", "Map");
    this.depends = ["representation", "method", "colour", "selection", "labels", "weights", "movers"];
    this.points = Float32Array.from(scene.now.map(scene.state.method).points);
    this.view = null; // [x, y, half a side] of what is zoomed to, in the map's own units
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointerup = (event) => this.finish(event);
    this.canvas.onpointercancel = () => this.cancel();
  }

  height(width) {
    return Math.min(width, 560) + 30;
  }

  alt() {
    const { now, state, n } = this.scene;
    return `Map of ${n} uses, ${now.label}, ${mapNote(now, state.method)}, coloured by ${COLOURINGS[state.colour].text}. ` +
      "Arrow keys go from dot to dot, Enter selects, with Shift one more, Escape gives the selection up.";
  }

  /** Dots that are elsewhere now glide there. */
  glide() {
    const to = this.scene.now.map(this.scene.state.method).points;
    const from = Float32Array.from(this.points);
    const isSame = from.every((value, k) => value === to[k]);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || this.scene.now.isMix;
    cancelAnimationFrame(this.gliding);
    this.isGliding = false;
    if (isSame || still) {
      this.points.set(to);
      return this.draw();
    }
    const began = performance.now();
    const step = () => {
      const done = Math.min(1, (performance.now() - began) / GLIDE_MS);
      const eased = done * done * (3 - 2 * done);
      for (let k = 0; k < to.length; k++) this.points[k] = from[k] + (to[k] - from[k]) * eased;
      this.isGliding = done < 1;
      this.draw();
      this.frames = (this.frames ?? 0) + 1;
      if (done < 1) this.gliding = requestAnimationFrame(step);
    };
    step();
  }

  /** Be where the state is, without a glide. */
  settle() {
    cancelAnimationFrame(this.gliding);
    this.isGliding = false;
    this.points.set(this.scene.now.map(this.scene.state.method).points);
    this.draw();
  }

  update(changed) {
    if (["representation", "method", "weights"].some((field) => changed.has(field))) this.glide();
    else this.draw();
  }

  paint(pen, box) {
    const { scene } = this;
    const points = box.isScreen ? this.points : scene.now.map(scene.state.method).points;
    const entries = COLOURINGS[scene.state.colour].legend(scene);
    const top = paintLegend(pen, entries, box);
    const note = lines(pen, `${scene.now.label}: ${mapNote(scene.now, scene.state.method)}`, box.width - 4, 0.9 * box.font);
    const bottom = (0.4 + 1.1 * note.length) * box.font;
    const [cx, cy, half] = this.view ?? [0, 0, extentOf(scene, scene.state.method)];
    const [width, height] = [box.width, box.height - top - bottom];
    const scale = Math.min(width, height) / 2 / half;
    const at = (use) => [width / 2 + (points[2 * use] - cx) * scale, top + height / 2 - (points[2 * use + 1] - cy) * scale];
    const size = (scene.n > 1000 ? 0.5 : scene.n > 200 ? 0.75 : 1.05) * (box.font / 12);
    pen.rect(0.5, top + 0.5, width - 1, height - 1, { stroke: box.ink.line });
    pen.clip(0, top, width, height, () => {
      this.paintMovers(pen, at, [cx, cy, scale, width, top + height / 2], box.ink);
      if (this.isGliding && box.isScreen && scene.n > PLAIN_WHEN_MOVING) paintMoving(pen, scene, at, size);
      else paintDots(pen, scene, at, size, box.ink);
      const inside = { ...box, height: top + height };
      const names = paintGroupNames(pen, scene, at, inside, top);
      if (!this.isGliding || !box.isScreen) paintLabels(pen, scene, at, inside, top, size, names);
      if (box.isScreen) this.paintPointer(pen, at, size, box.ink);
    });
    note.forEach((line, k) => pen.text(line, 2, box.height - (0.3 + 1.1 * (note.length - 1 - k)) * box.font, { size: 0.9 * box.font, fill: box.ink.text }));
    if (box.isScreen) this.at = at;
  }

  /** Dotted lines to the dots that moved most, from where they were in the representation before. */
  paintMovers(pen, at, [cx, cy, scale, width, middle], ink) {
    const { movers } = this.scene.state;
    const movement = movers ? this.scene.movement() : null;
    for (const use of movement ? movement.furthest.slice(0, movers) : []) {
      const start = [width / 2 + (movement.from[2 * use] - cx) * scale, middle - (movement.from[2 * use + 1] - cy) * scale];
      pen.line([start, at(use)], { stroke: ink.text, opacity: 0.6, dash: [3, 3] });
    }
  }

  paintPointer(pen, at, size, ink) {
    if (this.focused !== undefined && this.focused !== null && this.canvas.matches(":focus-visible")) {
      pen.circle(...at(this.focused), 10 * size, { stroke: ink.accent, width: 2 });
    }
    if (this.lasso?.length > 1) pen.line(this.lasso, { stroke: ink.accent, width: 1.5, dash: [4, 3] }, true);
  }

  dots() {
    return Array.from({ length: this.scene.n }, (_, use) => this.at(use));
  }

  // ---- pointer and keyboard ----------------------------------------------------------------------

  begin(event) {
    if (event.pointerType === "touch") return; // a finger scrolls; a tap selects
    this.canvas.setPointerCapture(event.pointerId);
    this.lasso = [this.place(event)];
  }

  pointed(event) {
    const place = this.place(event);
    if (this.lasso) {
      this.lasso.push(place);
      if (this.lasso.length > 3) return this.draw();
    }
    const use = nearestDot(this.dots(), ...place, 12);
    this.canvas.style.cursor = use === null ? "crosshair" : "pointer";
    return this.showTip(use === null ? null : lineOf(this.scene, use), place);
  }

  finish(event) {
    const place = this.place(event);
    const lasso = this.lasso ?? [place];
    this.lasso = null;
    const isPress = lasso.every(([x, y]) => Math.hypot(x - lasso[0][0], y - lasso[0][1]) < 5);
    if (isPress) return this.press(nearestDot(this.dots(), ...place, event.pointerType === "touch" ? 22 : 12), event.shiftKey || event.ctrlKey || event.metaKey);
    const inside = this.dots().flatMap((dot, use) => (isInside(dot, lasso) ? [use] : []));
    const { selection } = this.scene.state;
    this.scene.set({ selection: event.shiftKey ? [...new Set([...selection, ...inside])] : inside });
    return this.draw();
  }

  cancel() {
    this.lasso = null;
    this.draw();
  }

  press(use, more) {
    pressUse(this.scene, use, more);
    this.draw();
  }

  key(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (direction) {
      this.focused = this.next(this.focused ?? null, direction);
      this.announce?.(lineOf(this.scene, this.focused));
      this.draw();
      return true;
    }
    if ((event.key === "Enter" || event.key === " ") && (this.focused ?? null) !== null) {
      this.press(this.focused, event.shiftKey);
      return true;
    }
    if (event.key === "Escape") this.scene.set({ selection: [] });
    return event.key === "Escape";
  }

  /** The nearest dot in a direction; the one most in that direction counts as near. */
  next(from, [dx, dy]) {
    const dots = this.dots();
    if (from === null) return nearestDot(dots, this.canvas.clientWidth / 2, this.canvas.clientHeight / 2, Infinity) ?? 0;
    let [best, least] = [from, Infinity];
    dots.forEach(([x, y], use) => {
      const [ax, ay] = [x - dots[from][0], y - dots[from][1]];
      const along = ax * dx + ay * dy;
      const across = Math.abs(ax * dy - ay * dx);
      if (use !== from && along > 0.01 && along + 3 * across < least) [best, least] = [use, along + 3 * across];
    });
    return best;
  }

  /** Show the surroundings of the selection, or all. */
  zoom(isIn) {
    const { selection } = this.scene.state;
    this.view = null;
    if (isIn && selection.length) {
      const [xs, ys] = [0, 1].map((axis) => selection.map((use) => this.points[2 * use + axis]));
      const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
      const reach = Math.max(...[xs, ys].map((values) => Math.max(...values) - Math.min(...values))) / 2;
      this.view = [middle(xs), middle(ys), Math.max(1.3 * reach, 0.15)];
    }
    this.draw();
  }
}

/** A press on a use: it alone is selected, or one more; again gives it up; beside all, none is. */
export function pressUse(scene, use, more) {
  const { selection } = scene.state;
  if (use === null) return more || scene.set({ selection: [] });
  if (more) return scene.set({ selection: selection.includes(use) ? selection.filter((other) => other !== use) : [...selection, use] });
  return scene.set({ selection: selection.length === 1 && selection[0] === use ? [] : [use] });
}

/** A text in lines that are no wider than that. */
function lines(pen, text, width, size) {
  const rows = [];
  for (const word of text.split(" ")) {
    const longer = rows.length ? `${rows.at(-1)} ${word}` : word;
    if (rows.length && pen.measure(longer, size) <= width) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

/** A text that is no wider than that, its end left out where there is no room. */
function cut(pen, text, width, size) {
  if (pen.measure(text, size, 700) <= width) return text;
  let length = text.length;
  while (length > 1 && pen.measure(`${text.slice(0, length)}…`, size, 700) > width) length--;
  return `${text.slice(0, length)}…`;
}

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
