// The arithmetic of a mix of layers, in double precision, as in elmo/explore/mixing.py and
// separation.py: same input (float32 products), same order of operations, same ties.
import { PairCounts } from "./numbers.js";

/** The softmax: any numbers in, positive weights with sum 1 out. */
export function softmax(raw) {
  const highest = Math.max(...raw);
  const values = raw.map((r) => Math.exp(r - highest));
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((v) => v / sum);
}

/** Weights before the softmax, with mean 0; null (no number reaches it) for a weight of 0. */
export function rawWeights(weights) {
  const logs = weights.map((w) => (w > 0 ? Math.log(w) : null));
  const known = logs.filter((l) => l !== null);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  return logs.map((l) => (l === null ? null : l - mean));
}

/** The nearest weights that are at least 0 and sum to 1. */
export function ontoSimplex(weights) {
  const sorted = [...weights].sort((a, b) => b - a);
  let sum = 0;
  let shift = 0;
  sorted.forEach((value, i) => {
    sum += value;
    if (value - (sum - 1) / (i + 1) > 0) shift = (sum - 1) / (i + 1);
  });
  return weights.map((w) => Math.max(w - shift, 0));
}

/** Weights to three decimals that still sum to 1. */
export function tidy(weights) {
  const rounded = weights.map((w) => Math.round(w * 1000));
  rounded[rounded.indexOf(Math.max(...rounded))] += 1000 - rounded.reduce((a, b) => a + b, 0);
  return rounded.map((r) => r / 1000);
}

/** Packed dot products of vectors less their mean, in place; see elmo.views.exploration.centred. */
function centre(gram, nUses) {
  const means = new Float64Array(nUses);
  for (let i = 0, k = 0; i < nUses; i++) {
    for (let j = i; j < nUses; j++, k++) {
      means[i] += gram[k] / nUses;
      if (j > i) means[j] += gram[k] / nUses;
    }
  }
  const mean = means.reduce((a, b) => a + b, 0) / nUses;
  const isNothing = new Uint8Array(nUses);
  for (let i = 0, k = 0; i < nUses; k += nUses - i, i++) isNothing[i] = gram[k] - 2 * means[i] + mean <= 1e-6 * gram[k] ? 1 : 0;
  for (let i = 0, k = 0; i < nUses; i++) {
    for (let j = i; j < nUses; j++, k++) gram[k] = isNothing[i] || isNothing[j] ? 0 : gram[k] - means[i] - means[j] + mean;
  }
}

/**
 * All that follows from the weights, computed into arrays that are kept between frames.
 * products: a row for each pair of layers l <= m; in it a number for each pair of uses i <= j.
 */
export class Mix {
  constructor({ products, coordinates, nLayers, nUses, codes, isCentred = false }) {
    Object.assign(this, { isCentred, products, layerCoordinates: coordinates, nLayers, nUses, codes });
    this.nPacked = (nUses * (nUses + 1)) / 2;
    this.nPairs = (nUses * (nUses - 1)) / 2;
    this.gram = new Float64Array(this.nPacked);
    this.lengths = new Float64Array(nUses);
    this.cosines = new Float64Array(this.nPairs); // pairs i < j, row by row
    this.coordinates = new Float64Array(coordinates.length / nLayers);
    this.relabel(codes);
  }

  /** Another sense for the uses: their codes, -1 for none; null where none has one. */
  relabel(codes) {
    this.counts = new PairCounts(codes ?? new Int16Array(this.nUses));
    this.nSame = this.counts.nSame;
    this.ranked = Boolean(codes) && this.counts.ranked;
  }

  /** Place of the pair i < j in `cosines`. */
  place(i, j) {
    return i < j ? i * this.nUses - (i * (i + 1)) / 2 + (j - i - 1) : this.place(j, i);
  }

  cosine(i, j) {
    return i === j ? 1 : this.cosines[this.place(i, j)];
  }

  update(weights) {
    const { nLayers, nUses, nPacked, gram, products } = this;
    gram.fill(0);
    let row = 0;
    for (let l = 0; l < nLayers; l++) {
      for (let m = l; m < nLayers; m++, row++) {
        const factor = weights[l] * weights[m];
        if (factor === 0) continue;
        const start = row * nPacked;
        for (let k = 0; k < nPacked; k++) gram[k] += factor * products[start + k];
      }
    }
    let trace = 0;
    let total = 0;
    if (this.isCentred) centre(gram, nUses);
    for (let i = 0, k = 0; i < nUses; k += nUses - i, i++) {
      this.lengths[i] = Math.sqrt(Math.max(gram[k], 0));
      trace += gram[k];
    }
    for (let i = 0, k = 0, pair = 0; i < nUses; i++) {
      total += gram[k++];
      for (let j = i + 1; j < nUses; j++, k++, pair++) {
        total += 2 * gram[k];
        const length = this.lengths[i] * this.lengths[j];
        const cosine = length > 0 ? gram[k] / length : 0;
        this.cosines[pair] = Math.min(1, Math.max(-1, cosine));
      }
    }
    this.spread = trace / nUses - total / nUses ** 2;
    this.coordinates.fill(0);
    const size = this.coordinates.length;
    for (let l = 0; l < nLayers; l++) {
      for (let k = 0; k < size; k++) this.coordinates[k] += weights[l] * this.layerCoordinates[l * size + k];
    }
    this.summarize();
  }

  /** Share of the mixed vectors' spread that the two axes of the map show; 0 where all are one vector. */
  get shown() {
    let squares = 0;
    for (const value of this.coordinates) squares += value * value;
    return this.spread > 1e-9 ? (2 * squares) / this.coordinates.length / this.spread : 0;
  }

  /** Mean cosine of the pairs, and the pair AUC. */
  summarize() {
    const { auc, same, different, mean } = this.counts.of(this.cosines);
    Object.assign(this, { meanSame: same, meanDifferent: different, mean, auc: this.ranked ? auc : null });
  }

  /** The other uses, most similar to `use` first; equal ones in their order. */
  nearest(use) {
    const others = [];
    for (let i = 0; i < this.nUses; i++) if (i !== use) others.push(i);
    const value = (i) => Math.round(this.cosine(use, i) * 1e6);
    return others.sort((a, b) => value(b) - value(a) || a - b);
  }

  /** Mean over the uses of how much of the mixed vector each layer makes up; they sum to 1. */
  layerShares(weights) {
    const { nLayers, nUses, nPacked, products } = this;
    const shares = new Array(nLayers).fill(0);
    for (let use = 0, k = 0; use < nUses; k += nUses - use, use++) {
      const parts = new Array(nLayers).fill(0);
      let row = 0;
      for (let l = 0; l < nLayers; l++) {
        for (let m = l; m < nLayers; m++, row++) {
          const part = weights[l] * weights[m] * products[row * nPacked + k];
          if (l === m) parts[l] += part;
          else {
            parts[l] += part / 2;
            parts[m] += part / 2;
          }
        }
      }
      const sum = parts.reduce((a, b) => a + b, 0);
      if (sum > 0) parts.forEach((part, l) => (shares[l] += part / sum / nUses));
    }
    return shares;
  }
}
