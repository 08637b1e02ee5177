// The labels of a map's dots, and the names of its groups, none over another.
import { COLOURINGS } from "./colourings.js";
import { groupLook } from "./colours.js";

const MOST_LABELLED = 500; // of more uses only the selected have labels

/** Boxes and dots by the squares of a grid that they lie in, so that only those near a place are looked at. */
class Nearby {
  constructor(side) {
    this.side = side;
    this.squares = new Map();
  }

  *keys([x0, y0, x1, y1]) {
    for (let i = Math.floor(x0 / this.side); i <= Math.floor(x1 / this.side); i++) {
      for (let j = Math.floor(y0 / this.side); j <= Math.floor(y1 / this.side); j++) yield 100003 * i + j;
    }
  }

  add(box, own) {
    for (const key of this.keys(box)) {
      if (!this.squares.has(key)) this.squares.set(key, []);
      this.squares.get(key).push([box, own]);
    }
  }

  /** Whether nothing but `own` lies there. */
  isFree(box, own) {
    const [x0, y0, x1, y1] = box;
    for (const key of this.keys(box)) {
      for (const [[a, b, c, d], other] of this.squares.get(key) ?? []) {
        if (other !== own && x0 < c && x1 > a && y0 < d && y1 > b) return false;
      }
    }
    return true;
  }
}

const overlap = ([a, b, c, d], [e, f, g, h]) => a < g && c > e && b < h && d > f;

/** The names of the groups found without senses, each above its dots, none over another; returns their boxes. */
export function paintGroupNames(pen, scene, at, { width, height, font, ink }, top) {
  const { codes, names } = COLOURINGS.cluster.groupsOf(scene);
  const taken = [];
  if (scene.state.colour !== "cluster" || names.length < 2) return taken;
  const tall = 1.35 * font;
  names.forEach((text, group) => {
    const dots = Array.from(codes.keys()).filter((use) => codes[use] === group).map(at);
    const x = dots.reduce((sum, dot) => sum + dot[0], 0) / dots.length;
    const y = Math.max(top + tall, Math.min(...dots.map((dot) => dot[1])) - 1.2 * tall);
    const wide = pen.measure(text, font, 700) + 0.6 * font;
    const left = Math.max(1, Math.min(width - wide - 1, x - wide / 2));
    for (let step = 0; step < 40; step++) {
      const middle = y + (step % 2 ? -1 : 1) * Math.ceil(step / 2) * 0.5 * tall;
      const box = [left, middle - tall / 2, left + wide, middle + tall / 2];
      if (box[1] < top || box[3] > height || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      pen.rect(left, box[1], wide, tall, { fill: ink.paper, stroke: groupLook(group).colour, width: 1.2, opacity: 0.85 });
      pen.text(text, left + 0.3 * font, box[3] - 0.35 * font, { size: font, fill: ink.text, weight: 700 });
      break;
    }
  });
  return taken;
}

/**
 * The number of each use beside its dot, or its word where the uses are all words of a text: the selected
 * first, of the others those for which there is room, so that no label covers another one a dot or a box that is `taken`.
 */
export function paintLabels(pen, scene, at, { width, height, font, ink }, top, size, taken) {
  const every = scene.n <= MOST_LABELLED ? [...scene.uses.keys()] : [];
  if (!every.length && !scene.state.selection.length) return;
  const reach = 5.5 * size;
  const nearby = new Nearby(2 * font);
  const dots = Array.from({ length: scene.n }, (_, use) => at(use));
  dots.forEach(([x, y], use) => nearby.add([x - reach, y - reach, x + reach, y + reach], use));
  taken.forEach((box) => nearby.add(box, -1));
  for (const use of new Set([...scene.state.selection, ...every])) {
    const { tokens, position, length } = scene.uses[use];
    const text = scene.isText ? tokens.slice(position, position + length).join(" ") : String(use + 1);
    const [wide, tall] = [pen.measure(text, 0.85 * font), 0.8 * font];
    const [x, y] = dots[use];
    const gap = reach + 2;
    const boxes = [[gap, -tall / 2], [-gap - wide, -tall / 2], [-wide / 2, -gap - tall], [-wide / 2, gap], [0.7 * gap, -0.7 * gap - tall], [0.7 * gap, 0.7 * gap], [-0.7 * gap - wide, -0.7 * gap - tall], [-0.7 * gap - wide, 0.7 * gap]];
    for (const [dx, dy] of boxes) {
      const box = [x + dx, y + dy, x + dx + wide, y + dy + tall];
      if (box[0] < 0 || box[1] < top || box[2] > width || box[3] > height || !nearby.isFree(box, use)) continue;
      nearby.add(box, -1);
      pen.text(text, box[0], box[3], { size: 0.85 * font, fill: ink.text });
      break;
    }
  }
}
