// All mixes of three layers as a triangle, coloured by how well each separates the senses.
import { shade } from "./colours.js";
import { ontoSimplex, tidy } from "./mix.js";
import { short } from "./numbers.js";
import { paintLegend, Picture } from "./picture.js";
import { CORNERS, paintTriangle, scoreAt, scoreRange, toPlane, toWeights } from "./simplex.js";

const WIDTH = 360;
const HEIGHT = 348;
export const MARK = { colour: "#ffffff", edge: "#111111" };

export class TrianglePicture extends Picture {
  /** marks: [{ weights, shape, name }] that stand beside the equal mix and the best one. */
  constructor(scene, marks = []) {
    super(scene, "triangle", "All mixes of the layers");
    this.range = scoreRange(scene.gridIsAuc);
    this.marks = [
      { weights: [1 / 3, 1 / 3, 1 / 3], shape: "diamond", name: "equal" },
      ...(scene.gridIsAuc ? [{ weights: this.bestWeights(), shape: "star", name: "best" }] : []),
      ...marks,
    ];
    this.depends = ["weights", "representation", "labels"];
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.isDragged = true;
      this.follow(event);
    };
    canvas.onpointerup = canvas.onpointercancel = () => (this.isDragged = false);
  }

  update() {
    this.draw();
  }

  height(width, font) {
    return (HEIGHT / WIDTH) * width + (this.marks.length > 3 ? 3.4 : 1.9) * font;
  }

  alt() {
    const { scene } = this;
    const weights = scene.mixedLayers.map(({ label }, l) => `${label} ${short(scene.state.weights[l])}`);
    return `Mix of three layers: ${weights.join(", ")}. Arrow keys move it by .01, with Shift by .05; Home is the equal mix; 0, 1 and 2 are a layer alone.`;
  }

  paint(pen, { width, font, ink }) {
    const { scene } = this;
    const { grid, mixedLayers: layers } = scene;
    const k = width / WIDTH;
    const at = (weights) => toPlane(weights).map((c) => c * k);
    this.painted ??= paintTriangle(grid, this.range);
    const { canvas, left, top, width: wide, height: tall } = this.painted;
    pen.pixels(canvas, left * k, top * k, wide * k, tall * k);
    pen.line(CORNERS.map((corner) => corner.map((c) => c * k)), { stroke: ink.text, opacity: 0.6 }, true);
    const [from, to, up] = layers.map(({ name }) => `${name} alone`);
    pen.text(from, 4 * k, 320 * k, { size: font, fill: ink.text });
    pen.text(to, (WIDTH - 4) * k, 320 * k, { size: font, fill: ink.text, align: "right" });
    pen.text(up, 180 * k, 34 * k, { size: font, fill: ink.text, align: "center" });
    this.paintScale(pen, k, font, ink);
    for (const { weights, shape } of this.marks) {
      pen.mark(shape, ...at(weights), font / 11, { fill: MARK.colour, stroke: MARK.edge, width: 1.2 });
    }
    paintLegend(pen, this.marks.map((mark) => ({ ...mark, colour: MARK.colour })), { width, font: 0.95 * font, ink }, HEIGHT * k + 0.2 * font);
    const dot = at(scene.state.weights);
    pen.circle(...dot, 0.7 * font, { stroke: "#111111", width: 5 });
    pen.circle(...dot, 0.7 * font, { stroke: "#ffffff", width: 2.6 });
  }

  paintScale(pen, k, font, ink) {
    const [low, high] = this.range;
    const style = { size: 0.95 * font, fill: ink.text };
    const text = `${this.scene.gridIsAuc ? "pair AUC" : "mean cosine"} ${short(low)} `;
    const from = 4 * k + pen.measure(text, 0.95 * font);
    const wide = 110 * k;
    pen.text(text, 4 * k, 343 * k, style);
    for (let step = 0; step < 60; step++) pen.rect(from + (step * wide) / 60, 335 * k, wide / 60 + 0.7, 8 * k, { fill: shade(step / 59) });
    pen.text(` ${short(high)}`, from + wide + 2, 343 * k, style);
  }

  /** The grid's highest point; of several, the nearest to the equal mix. */
  bestWeights() {
    if (this.best) return this.best;
    const { steps, scores } = this.scene.grid;
    let least = Infinity;
    let point = 0;
    const high = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    for (let i = 0; i <= steps; i++) {
      for (let j = 0; j <= steps - i; j++, point++) {
        const weights = [i / steps, j / steps, (steps - i - j) / steps];
        const distance = weights.reduce((sum, w) => sum + (w - 1 / 3) ** 2, 0);
        if (scores[point] >= high - 1e-6 && distance < least) [this.best, least] = [weights, distance];
      }
    }
    return this.best;
  }

  follow(event) {
    const scale = WIDTH / this.canvas.clientWidth;
    this.scene.setWeights(tidy(ontoSimplex(toWeights(this.place(event).map((c) => c * scale)))));
  }

  pointed(event) {
    if (this.isDragged) return this.follow(event);
    const scale = WIDTH / this.canvas.clientWidth;
    const place = this.place(event);
    const weights = toWeights(place.map((c) => c * scale));
    const isIn = Math.min(...weights) >= 0;
    const text = `${weights.map((w) => short(w)).join(" / ")}: ${short(isIn ? scoreAt(weights, this.scene.grid) : NaN)}`;
    return this.showTip(isIn ? text : null, place);
  }

  key({ key, shiftKey }) {
    const step = shiftKey ? 0.05 : 0.01;
    const moves = {
      ArrowRight: [-step, step, 0], ArrowLeft: [step, -step, 0],
      ArrowUp: [-step / 2, -step / 2, step], ArrowDown: [step / 2, step / 2, -step],
    };
    const alone = ["0", "1", "2"].indexOf(key);
    let weights = null;
    if (moves[key]) weights = this.scene.state.weights.map((w, l) => w + moves[key][l]);
    else if (key === "Home") weights = [1 / 3, 1 / 3, 1 / 3];
    else if (alone >= 0) weights = [0, 1, 2].map((l) => Number(l === alone));
    if (weights) this.scene.setWeights(tidy(ontoSimplex(weights)));
    return Boolean(weights);
  }
}
