// Numbers as arrays from base64, numbers as texts, and the pair AUC.

/** An array of the exploration: base64 of little-endian numbers. */
export function unpack({ dtype, data }) {
  const bytes = bytesOf(data);
  if (dtype === "fixed24") return fixed24(bytes);
  return new { float32: Float32Array, int32: Int32Array }[dtype](bytes.buffer);
}

/** Three little-endian bytes a number -> numbers from -1 to 1. */
function fixed24(bytes) {
  const values = new Float32Array(bytes.length / 3);
  for (let i = 0, at = 0; i < values.length; i++, at += 3) {
    const whole = (bytes[at] << 8) | (bytes[at + 1] << 16) | (bytes[at + 2] << 24);
    values[i] = (whole >> 8) / 8388607;
  }
  return values;
}

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** A number between -1 and 1 as papers print it: .71, -.05, 1.00; "–" where there is none. */
export function short(value, digits = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = value.toFixed(digits);
  return Math.abs(Number(text)) < 1 ? text.replace("0.", ".") : text;
}

/** Place of the pair i < j among the pairs of n, row by row. */
export function pairPlace(i, j, n) {
  return i < j ? i * n - (i * (i + 1)) / 2 + (j - i - 1) : pairPlace(j, i, n);
}

/** How well cosines tell pairs of one sense from pairs of two, as elmo.explore.similarity.pair_auc. */
export class PairCounts {
  /** Codes of the senses of the uses, -1 for a use without one, whose pairs are left out. */
  constructor(codes) {
    const n = codes.length;
    this.kind = new Uint8Array((n * (n - 1)) / 2); // 0 left out, 1 different, 2 same
    this.nSame = this.nDifferent = 0;
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, pair++) {
        if (codes[i] < 0 || codes[j] < 0) continue;
        if (codes[i] === codes[j]) this.nSame++;
        else this.nDifferent++;
        this.kind[pair] = codes[i] === codes[j] ? 2 : 1;
      }
    }
    this.ranked = this.nSame > 0 && this.nDifferent > 0;
    this.sameValues = new Int32Array(this.nSame);
    this.differentValues = new Int32Array(this.nDifferent);
  }

  /** Pair AUC (ties of six decimals count half), and the mean cosine of each kind of pair. */
  of(cosines) {
    const { kind, sameValues, differentValues } = this;
    let [s, d, sumSame, sumDifferent, sum] = [0, 0, 0, 0, 0];
    for (let pair = 0; pair < cosines.length; pair++) {
      const value = cosines[pair];
      sum += value;
      if (kind[pair] === 2) {
        sumSame += value;
        sameValues[s++] = Math.round(value * 1e6);
      } else if (kind[pair] === 1) {
        sumDifferent += value;
        differentValues[d++] = Math.round(value * 1e6);
      }
    }
    const means = { same: sumSame / s, different: sumDifferent / d, mean: sum / cosines.length };
    return { auc: this.ranked ? this.wins() / (s * d) : NaN, ...means };
  }

  wins() {
    const { sameValues, differentValues } = this;
    sameValues.sort();
    differentValues.sort();
    let [below, upTo, wins] = [0, 0, 0];
    for (const value of sameValues) {
      while (below < differentValues.length && differentValues[below] < value) below++;
      upTo = Math.max(upTo, below);
      while (upTo < differentValues.length && differentValues[upTo] === value) upTo++;
      wins += below + (upTo - below) / 2;
    }
    return wins;
  }
}
