// Mixing's bench: weights, matrix and map of the mixes of a word's layers on one screen.
import { SHAPES } from "./colours.js";
import { labelled, make, select, sign } from "./dom.js";
import { Explorer } from "./explorer.js";
import { LargeMap } from "./large_map.js";
import { MatrixPicture } from "./matrix.js";
import { short } from "./numbers.js";
import { Nearest, PairPanel } from "./panels.js";
import { lineOf } from "./picture.js";
import { SavePanel } from "./save.js";
import { MARK, TrianglePicture } from "./triangle.js";
import { WeightsTable } from "./weights.js";

const WAIT_MS = 300; // after the last change, before the server hears of it

/** The figures of the mix that is set, and what they mean. */
class MixNumbers {
  constructor(bench) {
    this.bench = bench;
    this.list = make("dl.numbers");
    this.words = make("p.findings");
    this.element = make("div", {}, this.list, this.words);
  }

  wants(changed) {
    return changed.has("weights") || changed.has("labels");
  }

  update() {
    this.draw();
  }

  draw() {
    const { scene, gamma } = this.bench;
    const { mix } = scene.mixed;
    const { auc, same, different, mean } = scene.figures(scene.mixed);
    const length = (gamma * mix.lengths.reduce((a, b) => a + b, 0)) / mix.lengths.length;
    const figures = scene.counts.ranked
      ? [["pair AUC", short(auc)], ["same sense", short(same)], ["different senses", short(different)]]
      : [["mean cosine", short(mean)]];
    figures.push(["mean length", length.toPrecision(3)]);
    this.list.replaceChildren(...figures.map(([name, value]) => make("div", {}, make("dt", { text: name }), make("dd", { text: value }))));
    this.words.textContent = this.sentence(auc);
  }

  sentence(auc) {
    const { scene, presets } = this.bench;
    if (!scene.counts.ranked) return "With a sense for every use, this page also shows how well a mix tells the senses apart.";
    const known = presets.filter(({ score }) => score !== undefined).map(({ name, score }) => ` ${name}: ${short(score)}.`);
    return `A pair with one sense is more alike than a pair with two in ${(100 * auc).toFixed(0)} of 100 comparisons; 50 is chance.${known.join("")}`;
  }
}

export class Bench extends Explorer {
  /** presets: [{ name, weights, gamma, shape, help, score, mark }]; weights are null where there are none to set. */
  build() {
    const { scene } = this;
    const { presets, gamma, layerNorm } = this.options;
    Object.assign(this, { presets, gamma, layerNorm });
    const marks = presets.filter(({ shape, weights }) => shape && weights).map(({ mark, weights, shape }) => ({ name: mark, weights, shape }));
    const panels = { numbers: new MixNumbers(this) };
    if (scene.mixedLayers.length === 3) panels.triangle = new TrianglePicture(scene, marks);
    Object.assign(panels, {
      weights: new WeightsTable(scene), matrix: new MatrixPicture(scene), map: new LargeMap(scene),
      pair: new PairPanel(scene), nearest: new Nearest(scene),
    });
    for (const panel of Object.values(panels)) panel.announce = (text) => (this.status.textContent = text);
    panels.save = new SavePanel(scene, ["triangle", "matrix", "map"].flatMap((name) => panels[name] ?? []));
    return panels;
  }

  layout() {
    const { panels } = this;
    const { triangle, weights, numbers, matrix, map, pair, nearest, save } = panels;
    const left = make("section.mix", { aria: { label: "The mix" } }, ...(triangle ? [triangle.element] : []), weights.element, this.scale());
    const right = make("section.effects", { aria: { label: "What the mix does" } }, numbers.element, make("div.pictures", {}, matrix.element, map.element), pair.element);
    const near = make("details", {}, make("summary", { text: "Which uses are nearest to one, and which moved against the equal mix?" }), this.chooser(), nearest.element);
    return [this.buttons(), make(`div.bench-columns${triangle ? ".with-triangle" : ""}`, {}, left, right), near, save.element];
  }

  buttons() {
    this.presetButtons = this.presets.map((preset) => {
      const { name, weights, gamma, shape, help } = preset;
      const button = make("button", { type: "button", title: help, disabled: !weights }, ...(shape ? [sign({ shape, ...MARK }, SHAPES[shape])] : []), name);
      button.onclick = () => {
        if (gamma) this.setGamma(gamma);
        this.scene.setWeights([...weights]);
      };
      return button;
    });
    return make("div.choice.presets", { aria: { role: "group", label: "Set the weights to" } }, ...this.presetButtons);
  }

  scale() {
    this.gammaRange = make("input", { type: "range", min: -2, max: 2, step: 0.02, aria: { label: "gamma, as a slider" } });
    this.gammaNumber = make("input", { type: "number", min: 0.01, max: 100, step: 0.1, aria: { label: "gamma" } });
    this.gammaRange.oninput = () => this.setGamma(Number((10 ** Number(this.gammaRange.value)).toPrecision(3)));
    this.gammaNumber.oninput = () => this.setGamma(Number(this.gammaNumber.value));
    this.gammaNumber.onchange = () => this.showControls(true);
    const norm = make("input", { type: "checkbox", checked: this.layerNorm });
    norm.onchange = () => {
      this.layerNorm = norm.checked;
      this.finish();
    };
    return make("div.scale", {}, make("span.gamma", {}, "γ ", this.gammaRange, this.gammaNumber), make("label.norm", { title: "Each layer's vector first has mean 0 and variance 1" }, norm, " layer norm"));
  }

  chooser() {
    const { scene } = this;
    const uses = scene.uses.map((_, use) => [use, lineOf(scene, use)]);
    this.useField = select([["", "choose a use"], ...uses], (use) => scene.set({ selection: use === "" ? [] : [Number(use)] }));
    return labelled("Nearest to", this.useField);
  }

  setGamma(gamma) {
    if (!(gamma > 0) || !Number.isFinite(gamma)) return;
    this.gamma = Math.min(100, Math.max(0.01, gamma));
    this.panels.numbers.draw();
    this.showControls();
    this.finishSoon();
  }

  // ---- following ---------------------------------------------------------------------------------

  showControls(isFinished = false) {
    const { scene, gamma } = this;
    this.gammaRange.value = Math.log10(gamma);
    if (isFinished || this.root.getRootNode().activeElement !== this.gammaNumber) this.gammaNumber.value = gamma;
    this.useField.value = scene.chosen ?? "";
    this.presets.forEach(({ weights }, k) => {
      const isHere = weights?.every((w, l) => Math.abs(w - scene.state.weights[l]) < 0.0011) ?? false;
      this.presetButtons[k].setAttribute("aria-pressed", String(isHere));
    });
  }

  changed(changed, from) {
    super.changed(changed, from);
    if (changed.has("weights") && !this.panels.triangle?.isDragged) this.status.textContent = this.panels.numbers.words.textContent;
    this.finishSoon();
  }

  /** Tell the server when nothing has changed for a moment, not at each step of a drag. */
  finishSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.panels.triangle?.isDragged ? this.finishSoon() : this.finish()), WAIT_MS);
  }

  finish() {
    clearTimeout(this.timer);
    const { gamma, layerNorm, scene } = this;
    this.options.finished({ weights: scene.state.weights, gamma, layer_norm: layerNorm, use: scene.chosen });
  }

  end() {
    clearTimeout(this.timer);
    super.end();
  }
}
