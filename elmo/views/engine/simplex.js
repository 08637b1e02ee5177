// The triangle of all mixes of three layers: its geometry and its colours.
import { cividis } from "./colours.js";

/** Corners of the triangle: layer 0 left, layer 1 right, layer 2 on top. */
export const CORNERS = [[34, 300], [326, 300], [180, 47.1]];

export function toPlane(weights) {
  return [0, 1].map((axis) => weights.reduce((sum, w, l) => sum + w * CORNERS[l][axis], 0));
}

export function toWeights([x, y]) {
  const top = (CORNERS[0][1] - y) / (CORNERS[0][1] - CORNERS[2][1]);
  const right = (x - CORNERS[0][0]) / (CORNERS[1][0] - CORNERS[0][0]) - top / 2;
  return [1 - right - top, right, top];
}

/** The score at any weights: between the three grid points around them, in proportion. */
export function scoreAt(weights, grid) {
  const { steps, scores } = grid;
  const at = (i, j) => scores[i * (steps + 1) - (i * (i - 1)) / 2 + j];
  const a = Math.min(Math.max(weights[0], 0), 1) * steps;
  const b = Math.min(Math.max(weights[1], 0), 1) * steps;
  let i = Math.min(Math.floor(a), steps - 1);
  let j = Math.min(Math.floor(b), steps - 1 - i);
  if (j < 0) [i, j] = [steps - 1, 0];
  const u = a - i;
  const v = b - j;
  if (u + v <= 1 || i + j + 2 > steps) return at(i, j) + u * (at(i + 1, j) - at(i, j)) + v * (at(i, j + 1) - at(i, j));
  return at(i + 1, j + 1) + (1 - v) * (at(i + 1, j) - at(i + 1, j + 1)) + (1 - u) * (at(i, j + 1) - at(i + 1, j + 1));
}

/** The range of colours of a grid, and the step between its contour lines. */
export function scoreRange(scores) {
  const sorted = Float64Array.from(scores).sort();
  const high = sorted.at(-1);
  // A corner that knows nothing must not take all the colours: the lowest twentieth is one colour.
  const low = Math.min(sorted[Math.floor(sorted.length / 20)], high - 0.06);
  const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((s) => (high - low) / s <= 12) ?? 0.5;
  return { low, high, step };
}

/** The triangle coloured by a score, as a canvas of its bounding box, two pixels a unit. */
export function paintTriangle(grid) {
  const [left, right, top] = [CORNERS[0][0], CORNERS[1][0], CORNERS[2][1]];
  const [width, height] = [2 * (right - left), Math.round(2 * (CORNERS[0][1] - top))];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const { low, high, step } = scoreRange(grid.scores);
  const bands = new Int16Array(width * height);
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      const weights = toWeights([left + (x + 0.5) / 2, top + (y + 0.5) / 2]);
      if (Math.min(...weights) < -0.004) continue;
      const score = scoreAt(weights, grid);
      bands[k] = Math.max(0, Math.floor((score - low) / step + 1e-9)) + 1;
      const line = (x > 0 && bands[k - 1] > 0 && bands[k - 1] !== bands[k]) || (y > 0 && bands[k - width] > 0 && bands[k - width] !== bands[k]);
      const share = (score - low) / (high - low);
      const [r, g, b] = cividis(share).map((c) => (line ? c + (share > 0.6 ? -70 : 70) : c));
      image.data.set([r, g, b, 255], 4 * k);
    }
  }
  context.putImageData(image, 0, 0);
  return { canvas, width: width / 2, height: height / 2, left, top };
}
