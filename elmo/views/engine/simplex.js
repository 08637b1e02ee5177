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

/** Where the colours of a grid's scores begin and end: the pair AUC's at chance, so that a flat triangle looks flat. */
export function scoreRange(isAuc) {
  return isAuc ? [0.5, 1] : [0, 1];
}

/** The triangle coloured by a score, as a canvas of its bounding box, two pixels a unit. */
export function paintTriangle(grid, [low, high]) {
  const [left, right, top] = [CORNERS[0][0], CORNERS[1][0], CORNERS[2][1]];
  const [width, height] = [2 * (right - left), Math.round(2 * (CORNERS[0][1] - top))];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      const weights = toWeights([left + (x + 0.5) / 2, top + (y + 0.5) / 2]);
      if (Math.min(...weights) < -0.004) continue;
      const share = (scoreAt(weights, grid) - low) / (high - low);
      image.data.set([...cividis(share), 255], 4 * k);
    }
  }
  context.putImageData(image, 0, 0);
  return { canvas, width: width / 2, height: height / 2, left, top };
}
