// Mixing's bench in Streamlit: the exploration is sent once for each word; the server hears of a mix when it is set.
import { Bench } from "./bench.js";

const benches = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".explorer-place");
  const before = benches.get(root);
  if (before?.key === data.key) {
    before.hear = setStateValue;
    return;
  }
  before?.bench.end();
  const { weights, gamma, layer_norm: layerNorm, use } = data.start;
  const known = { key: data.key, hear: setStateValue };
  const exploration = JSON.parse(data.exploration);
  known.bench = new Bench(root, exploration, {
    start: { representation: "a mix", weights, matrixOrder: exploration.senses.length ? "sense" : "text", selection: use === null ? [] : [use] },
    presets: data.presets, gamma, layerNorm,
    finished: (mix) => known.hear("mix", { key: data.key, ...mix }),
  });
  benches.set(root, known);
}
