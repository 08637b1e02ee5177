// The large map of the uses, whose dots glide from one representation to another.
import { COLOURINGS } from "./colourings.js";
import { paintGroupNames, paintLabels } from "./dot_labels.js";
import { extentOf, isInside, mapNote, nearestDot, paintDots, paintMoving } from "./dots.js";
import { lineOf, paintLegend, Picture } from "./picture.js";
import { pressUse } from "./scene.js";

const GLIDE_MS = 450;
const PLAIN_WHEN_MOVING = 1000; // of more dots, those that glide are drawn as squares

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
