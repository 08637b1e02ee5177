// The mixing bench: weights by pointer, keyboard, fields and presets; all pictures follow at once.
// The server hears of the weights when a change is finished (state "mix"), not while one drags.
// Joined after elmo/views/engine's mix.js, and mixing_pictures.js and mixing_fields.js, by ui/mixing/bench.py.

const benches = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const frame = parentElement.querySelector(".frame");
  let bench = benches.get(frame);
  if (!bench || bench.data.key !== data.key) {
    bench = new Bench(frame, data);
    benches.set(frame, bench);
    frame.bench = bench; // for tests, and for the curious in the console
  }
  bench.tell = (value) => setStateValue("mix", value);
}

class Bench {
  constructor(frame, data) {
    this.frame = frame;
    this.data = data;
    this.nLayers = data.names.length;
    this.frames = []; // milliseconds that each update took, the last 600
    const { weights, raw, gamma, layer_norm, use } = data.start;
    this.state = { weights, raw: raw ?? rawWeights(weights), gamma, norm: layer_norm, use };
    this.views = data.views.map((view) => ({
      ...view,
      mix: new Mix({
        products: decodeFloats(view.products), coordinates: decodeFloats(view.coordinates),
        nLayers: this.nLayers, nUses: data.uses.length, codes: data.codes,
      }),
    }));
    this.tell = () => {};
    this.buildPictures();
    this.fields = new Fields(this);
    this.buildNearest();
    this.changeView();
    this.say();
  }

  find(selector) {
    return this.frame.querySelector(selector);
  }

  /** Its weights in this view; null where it has none. */
  presetWeights(preset) {
    return preset.weights?.[this.state.norm ? 1 : 0] ?? null;
  }

  get view() {
    return this.views[this.state.norm ? 1 : 0];
  }

  // ---- pictures -------------------------------------------------------------------------------

  buildPictures() {
    const { uses, senses, names } = this.data;
    const dressed = uses.map((use) => senses[use.sense] ?? { shape: "circle", colour: "#8C8C8C" });
    const groups = [];
    uses.forEach((use, i) => {
      const last = groups.at(-1);
      if (last && last.sense === use.sense) last.end = i + 1;
      else groups.push({ sense: use.sense, start: i, end: i + 1, colour: dressed[i].colour });
    });
    const canvas = this.find("canvas");
    this.matrix = new Matrix(canvas, uses.length, groups);
    this.map = new UseMap(this.find(".map-box"), dressed);
    this.onSwitch(canvas);
    this.map.svg.onpointermove = (event) => {
      const use = event.target.closest?.("[data-use]")?.dataset.use;
      this.find(".map .told").textContent = use === undefined ? this.mapText() : this.line(Number(use));
    };
    this.map.svg.onclick = (event) => {
      const use = event.target.closest?.("[data-use]")?.dataset.use;
      if (use !== undefined) this.chooseUse(Number(use));
    };
    const shades = Array.from({ length: 9 }, (_, k) => `rgb(${cividis(k / 8).map(Math.round)})`);
    this.find(".colour-bar i").style.background = `linear-gradient(90deg, ${shades})`;
    this.offerSaving(this.find(".matrix .save"), canvas, "mix-similarity");
    this.offerSaving(this.find(".map .save"), this.map.svg, "mix-map");
    this.find(".triangle-box").hidden = this.nLayers !== 3;
    if (this.nLayers === 3) this.buildTriangle(names);
    const legend = senses.map((sense, i) => {
      const item = document.createElement("span");
      const count = uses.filter((use) => use.sense === i).length;
      if (sense) item.append(icon(sense.shape, { fill: sense.colour }), `${sense.name} (${count})`);
      return item;
    });
    this.find(".senses").replaceChildren(...legend);
    const how = document.createElement("strong");
    how.textContent = "Weights";
    this.find(".how").replaceChildren(how, this.nLayers === 3 ? ": drag the dot, or use the arrow keys" : " of the layers");
  }

  offerSaving(place, source, name) {
    place.replaceChildren();
    for (const format of ["png", "svg"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = format.toUpperCase();
      button.setAttribute("aria-label", `Save as ${format.toUpperCase()}: ${name}`);
      button.onclick = () => savePicture(source, format, name);
      place.append(button);
    }
  }

  onSwitch(canvas) {
    canvas.onpointermove = (event) => this.pointAt(this.matrix.cellOf(event));
    canvas.onpointerleave = () => this.pointAt(null);
    canvas.onclick = (event) => {
      const cell = this.matrix.cellOf(event);
      if (cell) this.chooseUse(cell[0]);
    };
    canvas.onkeydown = (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const last = this.data.uses.length - 1;
      if (step) {
        const from = this.cell ?? [this.state.use, this.state.use];
        this.pointAt(from.map((k, axis) => Math.min(last, Math.max(0, k + step[axis]))));
        this.find(".status").textContent = this.find(".matrix .told").textContent;
      } else if (event.key === "Enter" && this.cell) this.chooseUse(this.cell[0]);
      else return;
      event.preventDefault();
    };
  }

  buildTriangle(names) {
    this.triangle = new Triangle(this.find(".triangle-box"), names);
    this.offerSaving(this.find(".controls .save"), this.triangle.svg, "mix-triangle");
    const { svg: area, dot } = this.triangle;
    const follow = (event) => this.setWeights(tidy(ontoSimplex(this.triangle.weightsOf(event))));
    area.onpointerdown = (event) => {
      area.setPointerCapture(event.pointerId);
      this.dragging = true;
      follow(event);
      dot.focus({ preventScroll: true });
      event.preventDefault();
    };
    area.onpointermove = (event) => this.dragging && follow(event);
    area.onpointerup = area.onpointercancel = () => {
      if (this.dragging) this.finish();
      this.dragging = false;
    };
    dot.setAttribute("aria-label", `Mix of three layers. Arrow keys move it by 0.01, with Shift by 0.05; Home is the equal mix, ${names.map((_, l) => l).join(", ")} a layer alone.`);
    dot.onkeydown = (event) => {
      const weights = this.keyed(event);
      if (!weights) return;
      event.preventDefault();
      this.setWeights(tidy(ontoSimplex(weights)));
      this.finishSoon();
    };
  }

  keyed({ key, shiftKey }) {
    const page = key === "PageUp" || key === "PageDown";
    const step = shiftKey || page ? 0.05 : 0.01;
    const moves = {
      ArrowRight: [-step, step, 0], ArrowLeft: [step, -step, 0],
      ArrowUp: [-step / 2, -step / 2, step], ArrowDown: [step / 2, step / 2, -step],
      PageUp: [-step / 2, -step / 2, step], PageDown: [step / 2, step / 2, -step],
    };
    if (moves[key]) return this.state.weights.map((w, l) => w + moves[key][l]);
    if (key === "Home") return this.equal();
    if (["0", "1", "2"].includes(key)) return this.alone(Number(key));
    return null;
  }

  equal() {
    return new Array(this.nLayers).fill(1 / this.nLayers);
  }

  alone(layer) {
    return this.equal().map((_, l) => (l === layer ? 1 : 0));
  }

  // ---- changing -------------------------------------------------------------------------------

  /** One normalized weight; the others keep their proportions and share the rest. */
  setOne(layer, value) {
    if (!Number.isFinite(value)) return;
    const weight = Math.min(1, Math.max(0, value));
    const rest = 1 - this.state.weights[layer];
    const n = this.nLayers - 1;
    this.setWeights(this.state.weights.map((w, l) => {
      if (l === layer) return n ? weight : 1;
      return rest > 1e-9 ? (w / rest) * (1 - weight) : (1 - weight) / n;
    }));
  }

  setRaw(layer, value) {
    if (!Number.isFinite(value)) return;
    const raw = this.state.raw.map((r, l) => (l === layer ? value : r));
    this.setWeights(softmax(raw.map((r) => r ?? -Infinity)), raw);
  }

  setWeights(weights, raw = null) {
    Object.assign(this.state, { weights, raw: raw ?? rawWeights(weights) });
    this.redraw();
  }

  setGamma(gamma) {
    if (!(gamma > 0) || !Number.isFinite(gamma)) return;
    this.state.gamma = Math.min(100, Math.max(0.01, gamma));
    this.redraw();
  }

  setNorm(norm) {
    this.state.norm = norm;
    this.changeView();
    this.finish();
  }

  buildNearest() {
    const select = this.find(".nearest select");
    select.replaceChildren(...this.data.uses.map((use, i) => {
      const option = document.createElement("option");
      option.value = i;
      option.textContent = this.line(i);
      return option;
    }));
    select.onchange = () => this.chooseUse(Number(select.value));
    const list = this.find(".nearest ol");
    this.rows = Array.from({ length: Math.min(8, this.data.uses.length - 1) }, () => {
      const row = document.createElement("li");
      const cells = Array.from({ length: 5 }, () => document.createElement("span"));
      cells[4].className = "line";
      row.append(...cells);
      return { row, cells };
    });
    list.replaceChildren(...this.rows.map(({ row }) => row));
  }

  chooseUse(use) {
    this.state.use = use;
    this.redraw();
    this.finish();
  }

  // ---- following ------------------------------------------------------------------------------

  /** Another set of vectors (with or without layer norm): new colours and marks, then all the rest. */
  changeView() {
    const { view } = this;
    this.map.extent = view.extent;
    view.mix.update(this.equal());
    this.equalScore = view.mix.auc;
    this.equalOrder = view.mix.nearest(this.state.use);
    this.orderOf = `${this.state.use}`;
    const legend = this.find(".legend");
    legend.replaceChildren();
    this.find(".colour-bar span").textContent = view.limits[0].toFixed(2);
    this.find(".colour-bar span:last-child").textContent = "1.00 cosine";
    if (this.triangle && view.grid) {
      const known = this.data.presets.map((preset) => ({ ...preset, weights: this.presetWeights(preset) }));
      const marks = [...view.marks, ...known.filter((p) => p.shape && p.weights)];
      this.triangle.paint(view.grid, marks, view.picks);
      for (const mark of marks) {
        const item = document.createElement("span");
        item.append(icon(mark.shape, { fill: "#fff", stroke: "#111" }), mark.name);
        item.title = mark.help ?? "";
        legend.append(item);
      }
      if (view.picks.length) legend.append("○ chosen in a split; larger: more often");
    }
    this.redraw(true);
  }

  /** Draw in the next frame; several changes in one frame are drawn once. */
  redraw(now = false) {
    if (now) return this.draw();
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  draw() {
    const started = performance.now();
    const { view, state, matrix, map } = this;
    if (this.orderOf !== `${state.use}`) {
      view.mix.update(this.equal());
      this.equalOrder = view.mix.nearest(state.use);
      this.orderOf = `${state.use}`;
    }
    view.mix.update(state.weights);
    matrix.draw(view.mix, view.limits, this.cell, state.use);
    map.draw(view.mix, state.gamma, state.use);
    this.triangle?.move(state.weights, this.mixText(), this.brief());
    this.fields.draw();
    this.drawNumbers();
    this.drawNearest();
    this.frames.push(performance.now() - started);
    if (this.frames.length > 600) this.frames.shift();
  }

  drawNumbers() {
    const { mix } = this.view;
    const { gamma } = this.state;
    const length = (gamma * mix.lengths.reduce((a, b) => a + b, 0)) / mix.lengths.length;
    const values = { auc: mix.auc, same: mix.meanSame, different: mix.meanDifferent, mean: mix.mean, length };
    for (const [name, value] of Object.entries(values)) {
      const item = this.find(`.n-${name}`);
      item.hidden = mix.ranked ? name === "mean" : !["mean", "length"].includes(name);
      item.lastElementChild.textContent = name === "length" ? value.toPrecision(3) : two(value);
    }
    this.find(".sentence").textContent = this.sentence();
    if (!this.cell) this.find(".matrix .told").textContent = this.matrixText();
    else this.pointAt(this.cell, false);
    this.find(".map .told").textContent = this.mapText();
    this.find("canvas").setAttribute("aria-label", `Matrix of cosines. ${this.matrixText()} Arrow keys go through the pairs.`);
    this.map.svg.setAttribute("aria-label", `Map of the uses. ${this.mapText()}`);
  }

  drawNearest() {
    const { mix } = this.view;
    const { use } = this.state;
    const { uses, senses } = this.data;
    const order = mix.nearest(use);
    const before = new Map(this.equalOrder.map((other, rank) => [other, rank]));
    this.find(".nearest select").value = use;
    this.rows.forEach(({ cells }, rank) => {
      const other = order[rank];
      const change = before.get(other) - rank;
      cells[0].textContent = rank + 1;
      cells[1].textContent = change > 0 ? `▲ ${change}` : change < 0 ? `▼ ${-change}` : "=";
      cells[1].className = change ? "up" : "";
      cells[1].title = `rank ${before.get(other) + 1} in the equal mix`;
      cells[2].textContent = two(mix.cosine(use, other));
      const sense = senses[uses[other].sense];
      if (cells[3].dataset.sense !== `${uses[other].sense}`) {
        cells[3].replaceChildren(...(sense ? [icon(sense.shape, { fill: sense.colour })] : []));
        cells[3].title = sense?.name ?? "";
        cells[3].dataset.sense = uses[other].sense;
      }
      if (cells[4].dataset.use !== `${other}`) {
        const word = document.createElement("strong");
        word.textContent = uses[other].word;
        const left = uses[other].left;
        cells[4].replaceChildren(left.length > 34 ? `…${left.slice(-33)} ` : `${left} `, word, ` ${uses[other].right}`);
        cells[4].dataset.use = other;
      }
    });
    const moved = order.filter((other, rank) => before.get(other) !== rank).length;
    this.find(".moved").textContent = `▲ ▼ change of rank against the equal mix: ${moved} of ${order.length} other uses moved.`;
  }

  // ---- words ----------------------------------------------------------------------------------

  mixText() {
    return this.data.names.map((name, l) => `${name} ${two(this.state.weights[l])}`).join(", ") + (this.view.mix.auc === null ? "" : `; pair AUC ${two(this.view.mix.auc)}`);
  }

  /** Two short lines in the triangle's free corner: on a phone the rest is out of sight. */
  brief() {
    const { mix } = this.view;
    const score = mix.ranked ? `pair AUC ${two(mix.auc)}` : `mean cosine ${two(mix.mean)}`;
    return [this.state.weights.map(two).join(" / "), score];
  }

  sentence() {
    const { mix, best } = this.view;
    const weights = this.state.weights.map(two).join(" / ");
    if (!mix.ranked) return `Mix ${weights}: the mean cosine of ${mix.nPairs} pairs is ${two(mix.mean)}. With a sense for every use, this page also shows how well a mix tells the senses apart.`;
    return `Mix ${weights}: a pair with one sense is more alike than a pair with two in ${(100 * mix.auc).toFixed(0)} of 100 comparisons (pair AUC ${two(mix.auc)}; 0.50 is chance). The equal mix has ${two(this.equalScore)}, the best of all mixes tried ${two(best.score)}.`;
  }

  matrixText() {
    const { mix } = this.view;
    if (!mix.ranked) return `${this.data.uses.length} uses, ${mix.nPairs} pairs: mean cosine ${two(mix.mean)}.`;
    return `${mix.nSame} pairs with the same sense: mean cosine ${two(mix.meanSame)}; ${mix.nPairs - mix.nSame} with different senses: ${two(mix.meanDifferent)}.`;
  }

  mapText() {
    const { mix } = this.view;
    let shown = 0;
    for (const value of mix.coordinates) shown += value * value;
    const share = mix.spread > 1e-9 ? (100 * shown) / this.data.uses.length / mix.spread : 0;
    if (share === 0) return "All uses are on one spot: they have one vector.";
    return `The axes stay the same for every mix. They show ${share.toFixed(0)} % of this mix's spread.`;
  }

  line(use) {
    const { left, word, right, sense } = this.data.uses[use];
    const name = this.data.senses[sense]?.name;
    return `${use + 1}. ${left} ${word} ${right}${name ? ` [${name}]` : ""}`;
  }

  pointAt(cell, draw = true) {
    this.cell = cell;
    const told = this.find(".matrix .told");
    told.textContent = cell
      ? `cosine ${this.view.mix.cosine(...cell).toFixed(3)} · ${this.line(cell[0])} · ${this.line(cell[1])}`
      : this.matrixText();
    if (draw) this.matrix.draw(this.view.mix, this.view.limits, cell, this.state.use);
  }

  // ---- telling the server ----------------------------------------------------------------------

  finishSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.finish(), 350);
  }

  finish() {
    clearTimeout(this.timer);
    this.say();
    const { weights, raw, gamma, norm, use } = this.state;
    this.tell({ key: this.data.key, weights, raw: raw.map((r) => (r === -Infinity ? null : r)), gamma, layer_norm: norm, use });
  }

  say() {
    this.find(".status").textContent = this.mixText();
  }
}
