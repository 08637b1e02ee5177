// All mixes of three layers as a triangle, coloured by how well each separates the senses.
import { shade } from "./colours.js";
import { make } from "./dom.js";
import { ontoSimplex } from "./mix.js";
import { short } from "./numbers.js";
import { Picture } from "./picture.js";
import { CORNERS, paintTriangle, scoreAt, scoreRange, toPlane, toWeights } from "./simplex.js";

const WIDTH = 360;
const HEIGHT = 348;

export class TrianglePicture extends Picture {
  constructor(scene) {
    super(scene, "triangle", "All mixes of the layers");
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

  height(width) {
    return (HEIGHT / WIDTH) * width;
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
    if (!this.painted) {
      this.painted = paintTriangle(grid);
      this.range = scoreRange(grid.scores);
    }
    const { canvas, left, top, width: wide, height: tall } = this.painted;
    pen.pixels(canvas, left * k, top * k, wide * k, tall * k);
    pen.line(CORNERS.map((corner) => corner.map((c) => c * k)), { stroke: ink.text, opacity: 0.6 }, true);
    const [from, to, up] = layers.map(({ label }) => label);
    pen.text(from, 8 * k, 320 * k, { size: font, fill: ink.text });
    pen.text(to, (WIDTH - 8) * k, 320 * k, { size: font, fill: ink.text, align: "right" });
    pen.text(up, 180 * k, 34 * k, { size: font, fill: ink.text, align: "center" });
    const name = scene.data.senses.length ? "pair AUC" : "mean cosine";
    const { low, high } = this.range;
    pen.text(`${name} ≤ ${low.toFixed(2)}`, 8 * k, 343 * k, { size: 0.9 * font, fill: ink.text });
    for (let step = 0; step < 60; step++) pen.rect((150 + 1.5 * step) * k, 335 * k, 1.7 * k, 8 * k, { fill: shade(step / 59) });
    pen.text(high.toFixed(2), 246 * k, 343 * k, { size: 0.9 * font, fill: ink.text });
    pen.mark("diamond", ...at([1 / 3, 1 / 3, 1 / 3]), font / 12, { fill: "#ffffff", stroke: "#111111", width: 1.2 });
    pen.mark("star", ...at(this.bestWeights()), font / 10, { fill: "#ffffff", stroke: "#111111", width: 1.2 });
    const dot = at(scene.state.weights);
    pen.circle(...dot, 0.7 * font, { stroke: "#111111", width: 5 });
    pen.circle(...dot, 0.7 * font, { stroke: "#ffffff", width: 2.6 });
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
    this.scene.setWeights(ontoSimplex(toWeights(this.place(event).map((c) => c * scale))));
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
    if (weights) this.scene.setWeights(ontoSimplex(weights));
    return Boolean(weights);
  }
}

/** A slider for the weight of each layer, for any number of them. */
export class WeightSliders {
  constructor(scene) {
    this.scene = scene;
    this.depends = ["weights"];
    this.fields = scene.mixedLayers.map(({ label }, layer) => {
      const field = make("input", { type: "range", min: 0, max: 1, step: 0.01, aria: { label: `weight of ${label}` } });
      field.oninput = () => this.setOne(layer, Number(field.value));
      return { field, number: make("output") };
    });
    const equal = make("button", { type: "button", text: "Equal mix", onclick: () => scene.setWeights(this.fields.map(() => 1 / this.fields.length)) });
    this.element = make("div.sliders", {}, ...this.fields.flatMap(({ field, number }, layer) => [
      make("span", { text: scene.mixedLayers[layer].label }), field, number,
    ]), equal);
  }

  wants(changed) {
    return changed.has("weights");
  }

  /** One weight; the others keep their proportions and share the rest. */
  setOne(layer, weight) {
    const { weights } = this.scene.state;
    const rest = 1 - weights[layer];
    const n = weights.length - 1;
    this.scene.setWeights(weights.map((w, l) => {
      if (l === layer) return n ? weight : 1;
      return rest > 1e-9 ? (w / rest) * (1 - weight) : (1 - weight) / n;
    }));
  }

  draw() {
    this.fields.forEach(({ field, number }, layer) => {
      field.value = this.scene.state.weights[layer];
      number.textContent = short(this.scene.state.weights[layer]);
    });
  }

  update() {
    this.draw();
  }
}
