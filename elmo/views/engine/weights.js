// The weights of a mix as a table: each as a slider, normalized and raw, with what it makes up of the vector.
import { make } from "./dom.js";
import { rawWeights, softmax } from "./mix.js";
import { short } from "./numbers.js";

const HEADS = [
  ["layer", ""], ["", ""], ["weight", "After the softmax: at least 0, they sum to 1"],
  ["raw", "Before the softmax: what a task learns; any number. One number added to all changes nothing"],
  ["of the vector", "How much of the mixed vector this layer makes up"],
];

export class WeightsTable {
  constructor(scene) {
    this.scene = scene;
    this.raw = rawWeights(scene.state.weights);
    this.rows = scene.mixedLayers.map(({ name }, layer) => this.row(name, layer));
    const head = HEADS.map(([text, title]) => make("th", { text, title, scope: "col" }));
    const rows = this.rows.map(({ row }) => row);
    this.element = make("table.weights", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  }

  row(name, layer) {
    const slider = make("input", { type: "range", min: 0, max: 1, step: 0.01, aria: { label: `weight of ${name}` } });
    const normalized = make("input", { type: "number", min: 0, max: 1, step: 0.01, aria: { label: `normalized weight of ${name}` } });
    const raw = make("input", { type: "number", step: 0.1, placeholder: "−∞", title: "No softmax gives exactly 0: such a layer has no raw weight", aria: { label: `raw weight of ${name}` } });
    slider.oninput = () => this.setOne(layer, Number(slider.value));
    normalized.oninput = () => normalized.value !== "" && this.setOne(layer, Number(normalized.value));
    raw.oninput = () => raw.value !== "" && this.setRaw(layer, Number(raw.value));
    for (const field of [normalized, raw]) field.onchange = () => this.draw(true);
    const [bar, text] = [make("i.bar"), make("span.value")];
    const cells = [[slider], [normalized], [raw], [text, make("span.track", {}, bar)]];
    const row = make("tr", {}, make("th", { text: name, scope: "row" }), ...cells.map((cell) => make("td", {}, ...cell)));
    return { row, slider, normalized, raw, bar, text };
  }

  wants(changed) {
    return changed.has("weights") || changed.has("representation");
  }

  /** One normalized weight; the others keep their proportions and share the rest. */
  setOne(layer, value) {
    if (!Number.isFinite(value)) return;
    const { weights } = this.scene.state;
    const weight = Math.min(1, Math.max(0, value));
    const rest = 1 - weights[layer];
    const n = weights.length - 1;
    this.scene.setWeights(weights.map((w, l) => {
      if (l === layer) return n ? weight : 1;
      return rest > 1e-9 ? (w / rest) * (1 - weight) : (1 - weight) / n;
    }));
  }

  setRaw(layer, value) {
    if (!Number.isFinite(value)) return;
    const raw = this.raw.map((r, l) => (l === layer ? value : r));
    this.typed = raw;
    this.scene.setWeights(softmax(raw.map((r) => r ?? -Infinity)));
  }

  /** Show the weights; a field that is being typed in is left alone until the typing is finished. */
  draw(isFinished = false) {
    const { weights } = this.scene.state;
    this.raw = this.typed ?? (this.drawn === weights ? this.raw : rawWeights(weights));
    this.typed = null;
    this.drawn = weights;
    const active = isFinished ? null : this.element.getRootNode().activeElement;
    const put = (field, value) => {
      if (field !== active) field.value = value;
    };
    const shares = this.scene.mixed?.shares(weights);
    this.rows.forEach(({ slider, normalized, raw, bar, text }, l) => {
      slider.value = weights[l];
      put(normalized, Number(weights[l].toFixed(3)));
      put(raw, this.raw[l] === null ? "" : Number(this.raw[l].toFixed(2)));
      text.textContent = shares ? `${(100 * shares[l]).toFixed(0)} %` : short(weights[l]);
      bar.style.width = `${Math.max(0, Math.min(100, 100 * (shares ?? weights)[l]))}%`;
    });
  }

  update() {
    this.draw();
  }
}
