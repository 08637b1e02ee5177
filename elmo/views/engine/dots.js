// The dots of a map: where they lie, how they are drawn, which is near.
import { COLOURINGS } from "./colourings.js";
import { FAINT } from "./colours.js";

/** Where the maps of a method begin and end, in all representations alike. */
export function extentOf(scene, method) {
  scene.extents ??= {};
  if (!scene.extents[method]) {
    let most = 1;
    for (const one of scene.byName.values()) {
      if (one.isMix) continue;
      for (const value of one.map(method).points) most = Math.max(most, Math.abs(value));
    }
    scene.extents[method] = 1.12 * most; // so that a dot at the end has room for its shape on a small map
  }
  return scene.extents[method];
}

const TRUST = [[0.75, "close to the truth"], [0.5, "a fair sketch"], [0.25, "a rough sketch"], [-Infinity, "not to be read closely"]];

/** What is said of a map. */
export function mapNote(one, method) {
  const map = one.map(method);
  if (map.points.every((value, k) => Math.abs(value - map.points[k % 2]) < 1e-6)) return "all dots are one vector";
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  const parts = [map.method === method || map.method === "fixed axes" ? map.method : `${map.method}, as ${method} was not possible`];
  if (map.shown !== null) parts.push(`shows ${percent(map.shown)} of the spread`);
  if (map.kept !== null) parts.push(`${TRUST.find(([least]) => map.kept >= least)[1]} (keeps ${percent(map.kept)} of the nearest beyond chance)`);
  return parts.join(", ");
}

/** Draw thousands of dots that move: as squares of their colour, which is many times faster than shapes. */
export function paintMoving(pen, scene, at, size) {
  const { look } = COLOURINGS[scene.state.colour];
  const places = new Map();
  for (let use = 0; use < scene.n; use++) {
    const { colour } = look(scene, use);
    if (!places.has(colour)) places.set(colour, []);
    const [x, y] = at(use);
    places.get(colour).push(x, y);
  }
  for (const [colour, points] of places) pen.squares(points, 9 * size, colour);
}

/** Draw every dot: what is not selected first and grey, where something is selected. */
export function paintDots(pen, scene, at, size, ink) {
  const { look, isOfChosen } = COLOURINGS[scene.state.colour];
  const selected = new Set(isOfChosen ? [] : scene.state.selection);
  const edge = { stroke: ink.text, width: 0.6 };
  for (const pass of selected.size ? [false, true] : [null]) {
    for (let use = 0; use < scene.n; use++) {
      if (pass !== null && selected.has(use) !== pass) continue;
      const { colour, shape } = look(scene, use);
      const [x, y] = at(use);
      if (pass === false) pen.mark(shape, x, y, size, { fill: FAINT, opacity: 0.45 });
      else pen.mark(shape, x, y, pass ? 1.25 * size : size, { fill: colour, ...edge });
    }
  }
}

export function nearestDot(dots, x, y, reach) {
  let best = null;
  let least = reach ** 2;
  dots.forEach(([dx, dy], use) => {
    const distance = (dx - x) ** 2 + (dy - y) ** 2;
    if (distance < least) [best, least] = [use, distance];
  });
  return best;
}

export function isInside([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [polygon[i], polygon[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
