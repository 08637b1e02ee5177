// Weights, gamma and presets as fields, sliders and buttons: all that the triangle does, in numbers.

const two = (value) => (value === null || Number.isNaN(value) ? "–" : value.toFixed(2));

class Fields {
  constructor(bench) {
    this.bench = bench;
    this.buildWeights();
    this.buildPresets();
    this.buildScale();
  }

  buildWeights() {
    const { bench } = this;
    const body = bench.find(".weights tbody");
    const sliders = bench.find(".sliders");
    body.replaceChildren();
    sliders.replaceChildren();
    this.rows = bench.data.names.map((name, layer) => {
      const row = body.insertRow();
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      row.append(head);
      const field = (kind, attributes) => {
        const input = document.createElement("input");
        Object.assign(input, { type: "number", ...attributes, ariaLabel: `${kind} weight of ${name}` });
        row.insertCell().append(input);
        return input;
      };
      const normalized = field("normalized", { min: "0", max: "1", step: "0.01" });
      const raw = field("raw", { step: "0.1", placeholder: "−∞" });
      const share = row.insertCell();
      share.className = "share";
      share.append(document.createElement("span"), document.createElement("i"));
      normalized.oninput = () => normalized.value !== "" && bench.setOne(layer, Number(normalized.value));
      raw.oninput = () => raw.value !== "" && bench.setRaw(layer, Number(raw.value));
      normalized.onchange = raw.onchange = () => {
        this.draw(true);
        bench.finish();
      };
      const slider = bench.nLayers === 3 ? null : this.buildSlider(sliders, name, layer);
      return { normalized, raw, share, slider };
    });
  }

  buildSlider(place, name, layer) {
    const line = document.createElement("label");
    line.className = "slider";
    const [text, shown] = [document.createElement("span"), document.createElement("span")];
    text.textContent = name;
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: "0", max: "1", step: "0.01" });
    slider.oninput = () => this.bench.setOne(layer, Number(slider.value));
    slider.onchange = () => this.bench.finish();
    line.append(text, slider, shown);
    place.append(line);
    return { slider, shown };
  }

  buildPresets() {
    const { bench } = this;
    this.presets = bench.data.presets.map((preset) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = preset.name;
      button.title = preset.help;
      button.onclick = () => {
        bench.setWeights([...bench.presetWeights(preset)]);
        if (preset.gamma) bench.setGamma(preset.gamma);
        bench.finish();
      };
      return { preset, button };
    });
    bench.find(".presets").replaceChildren(...this.presets.map(({ button }) => button));
  }

  buildScale() {
    const { bench } = this;
    const [range, number, norm] = [".gamma-range", ".gamma-number", ".norm input"].map((s) => bench.find(s));
    range.oninput = () => bench.setGamma(Number((10 ** Number(range.value)).toPrecision(3)));
    number.oninput = () => bench.setGamma(Number(number.value));
    range.onchange = number.onchange = () => {
      this.draw(true);
      bench.finish();
    };
    norm.checked = bench.state.norm;
    norm.onchange = () => bench.setNorm(norm.checked);
  }

  /** Show the state; a field that is being typed in is left alone until the typing is finished. */
  draw(finished = false) {
    const { bench } = this;
    const { weights, raw, gamma } = bench.state;
    const typed = finished || bench.dragging ? null : bench.frame.getRootNode().activeElement;
    const put = (input, value) => {
      if (input !== typed) input.value = value;
    };
    const shares = bench.view.mix.layerShares(weights);
    this.rows.forEach(({ normalized, raw: rawField, share, slider }, l) => {
      put(normalized, Number(weights[l].toFixed(3)));
      put(rawField, Number.isFinite(raw[l]) && raw[l] !== null ? Number(raw[l].toFixed(2)) : "");
      share.firstChild.textContent = `${(100 * shares[l]).toFixed(0)} %`;
      share.lastChild.style.width = `${Math.max(0, Math.min(100, 88 * shares[l]))}%`;
      if (slider) {
        slider.slider.value = weights[l];
        slider.shown.textContent = weights[l].toFixed(2);
      }
    });
    put(bench.find(".gamma-number"), gamma);
    bench.find(".gamma-range").value = Math.log10(gamma);
    for (const { preset, button } of this.presets) {
      const known = bench.presetWeights(preset);
      button.disabled = !known;
      const here = known && known.every((w, l) => Math.abs(w - weights[l]) < 0.0011);
      button.setAttribute("aria-pressed", here ? "true" : "false");
    }
    bench.find(".shift").textContent = weights.some((w) => w === 0)
      ? "No softmax gives exactly 0: such a layer has no raw weight."
      : "Normalized = softmax of raw. One number added to all raw weights changes nothing.";
  }
}
