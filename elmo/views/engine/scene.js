// What is known (the exploration), what is set (the state), and who is told when it changes.
import { CHOICES, choicesOf, MOVERS } from "./choices.js";
import { Mix } from "./mix.js";
import { pairPlace, PairCounts, unpack } from "./numbers.js";

const MIX = "a mix";
const MOST_FORMS = 12;
export const THE_WORD = "the word";
export const LESS_MEAN = "less the mean";

/** What is compared -> what a person reads, where that is another text. */
export const COMPARED = { [LESS_MEAN]: "minus the word's average" };

/** One representation: its arrays are unpacked when they are first asked for. */
class Represented {
  constructor(record, nMembers, mixing, byName) {
    Object.assign(this, { record, nMembers, mixing, byName });
    const { name, label, compared, competes, figures, sentences, odd, answers, group_names: groupNames } = record;
    Object.assign(this, { name, label, compared, competes, figures, sentences, odd, answers, groupNames });
  }

  unpacked(field) {
    return (this[`_${field}`] ??= unpack(this.record[field]));
  }

  /** As they stand in the file, or as they follow from other representations or from the products of the layers. */
  get cosines() {
    if (this.record.cosines) return this.unpacked("cosines");
    return (this.followed ??= this.record.mean_of.length ? this.meanCosines() : this.mixedCosines());
  }

  meanCosines() {
    const others = this.record.mean_of.map((name) => this.byName.get(name).cosines);
    return Float32Array.from(others[0], (_, pair) => others.reduce((sum, cosines) => sum + cosines[pair], 0) / others.length);
  }

  mixedCosines() {
    const mix = new Mix({ ...this.mixing, codes: null, isCentred: this.compared === LESS_MEAN });
    mix.update(this.record.weights);
    return Float32Array.from(mix.cosines);
  }

  get order() {
    return this.unpacked("order");
  }

  get clusters() {
    return this.unpacked("clusters");
  }

  /** Cosine of two uses whose pairs are held, by their places among them. */
  cosine(i, j) {
    return i === j ? 1 : this.cosines[pairPlace(i, j, this.nMembers)];
  }

  /** Coordinates of every use, x and y in turn, and what the map says of itself. */
  map(method) {
    this.maps ??= {};
    const record = this.record.maps[method] ?? this.record.maps.PCA;
    return (this.maps[method] ??= { ...record, points: unpack(record.points) });
  }
}

/** Any mix of the layers, with what a representation has; it changes as the weights do. */
class Mixed {
  /** like: the representation whose order and groups stand for those of the mix. */
  constructor(compared, like, mixing) {
    Object.assign(this, { compared, like });
    this.mix = new Mix({ ...mixing, codes: null, isCentred: compared === LESS_MEAN });
    // The axes of all mixes are one frame; its size is that of the maps beside it.
    this.scale = 2 / mixing.coordinates.reduce((most, c) => Math.max(most, Math.abs(c)), 1e-9);
    const name = compared === LESS_MEAN ? `${MIX}, ${LESS_MEAN}` : MIX;
    Object.assign(this, { name, label: "A mix", isMix: true, figures: {}, sentences: [], answers: {}, odd: null });
  }

  get cosines() {
    return this.mix.cosines;
  }

  get order() {
    return this.like.order;
  }

  get clusters() {
    return this.like.clusters;
  }

  get groupNames() {
    return this.like.groupNames;
  }

  cosine(i, j) {
    return this.mix.cosine(i, j);
  }

  /** Share of the mixed vectors that each layer makes up; null where each has its mean taken off. */
  shares(weights) {
    return this.compared === LESS_MEAN ? null : this.mix.layerShares(weights);
  }

  map() {
    return { points: Float32Array.from(this.mix.coordinates, (c) => c * this.scale), method: "fixed axes", kept: null, shown: this.mix.shown };
  }
}

export class Scene {
  constructor(data, start = {}) {
    this.data = data;
    this.uses = data.uses;
    this.n = data.uses.length;
    this.members = unpack(data.pairs_of);
    this.place = new Int32Array(this.n).fill(-1);
    this.members.forEach((use, place) => (this.place[use] = place));
    const { mixing } = data;
    const parts = mixing && {
      products: unpack(mixing.products), coordinates: unpack(mixing.coordinates),
      nLayers: mixing.layers.length, nUses: this.members.length,
    };
    this.byName = new Map();
    const all = data.representations.map((record) => new Represented(record, this.members.length, parts, this.byName));
    for (const one of all) this.byName.set(one.name, one);
    this.mixes = new Map();
    if (mixing) {
      this.mixedLayers = mixing.layers.map((name) => this.byName.get(name));
      this.grid = { steps: mixing.steps, scores: unpack(mixing.scores) };
      for (const { compared, record, name } of all) {
        if (!record.weights || record.cosines) continue;
        this.mixes.set(compared, new Mixed(compared, this.byName.get(name), parts));
      }
      for (const mix of this.mixes.values()) this.byName.set(mix.name, mix);
    }
    this.families = [...new Set(all.map((one) => one.compared))];
    this.methods = [...new Set(all.flatMap((one) => Object.keys(one.record.maps)))];
    /** Whether the uses are all words of a text: more words than one word has forms. */
    this.isText = new Set(this.uses.map(({ tokens, position }) => tokens[position].toLowerCase())).size > MOST_FORMS;
    this.dataCodes = Int16Array.from(this.uses, (use) => use.sense ?? -1);
    /** Whether the uses are those of two sides that are compared; the labels are then the sides, else senses. */
    this.hasSides = data.labels_are === "sides";
    this.listeners = new Set();
    this.state = {
      representation: this.best(this.families[0]).name, order: data.senses.length ? "sense" : "text",
      matrixOrder: "like", colour: this.hasSides ? "side" : this.isText ? "word" : "sense", method: this.methods.includes("UMAP") ? "UMAP" : "PCA",
      selection: [], weights: mixing?.weights ?? [], under: "nothing", movers: 0,
    };
    this.relabel(this.dataCodes, [...data.senses]);
    this.set(this.checked(start));
  }

  /** Whether the scores of the grid of mixes are pair AUCs; else they are mean cosines. */
  get gridIsAuc() {
    const codes = Int16Array.from(this.members, (use) => this.dataCodes[use]);
    return codes.every((code) => code >= 0) && new PairCounts(codes).ranked;
  }

  /** Those of the present comparison that are layers or fixed mixes of them. */
  get weighted() {
    return this.family.filter(({ record }) => record.weights);
  }

  /** The part of a state from outside (an address, Python) that can be. */
  checked(state) {
    const good = {};
    const is = (name, values) => values.includes(state[name]) && (good[name] = state[name]);
    is("representation", [...this.byName.keys()]);
    for (const field of Object.keys(CHOICES)) is(field, choicesOf(field, this).map(([name]) => name));
    if (MOVERS.includes(Number(state.movers))) good.movers = Number(state.movers);
    is("method", this.methods);
    if (Array.isArray(state.selection)) {
      good.selection = [...new Set(state.selection)].filter((use) => Number.isInteger(use) && use >= 0 && use < this.n);
    }
    const { weights } = state;
    if (this.grid && Array.isArray(weights) && weights.length === this.mixedLayers.length) {
      const sum = weights.reduce((a, b) => a + b, 0);
      if (weights.every((w) => Number.isFinite(w) && w >= 0) && sum > 0) good.weights = weights.map((w) => w / sum);
    }
    return good;
  }

  /** Change the state; listeners hear which of its fields changed. */
  set(change, from = null) {
    const changed = Object.keys(change).filter((key) => JSON.stringify(change[key]) !== JSON.stringify(this.state[key]));
    if (!changed.length) return;
    Object.assign(this.state, change);
    if (changed.includes("weights")) for (const mix of this.mixes.values()) mix.isReady = false;
    if (this.now.isMix && !this.now.isReady) this.remix();
    for (const listener of this.listeners) listener(new Set(changed), from);
  }

  remix() {
    this.now.mix.update(this.state.weights);
    this.now.isReady = true;
  }

  /** Set the weights of the live mix, and look at it. */
  setWeights(weights) {
    this.set({ weights, representation: (this.mixed ?? this.mixes.values().next().value).name });
  }

  // ---- what follows from the state --------------------------------------------------------------

  get now() {
    return this.byName.get(this.state.representation);
  }

  /** The live mix of the present comparison; null where layers are not mixed. */
  get mixed() {
    return this.mixes.get(this.now.compared) ?? null;
  }

  /** Those of the present comparison, the live mix not among them. */
  get family() {
    return this.ofFamily(this.now.compared);
  }

  ofFamily(compared) {
    return [...this.byName.values()].filter((one) => !one.isMix && one.compared === compared);
  }

  /** The one that separates the senses best; the last where there are none. */
  best(compared) {
    const competing = this.ofFamily(compared).filter((one) => one.competes);
    const value = (one) => one.figures.pair_auc?.[0] ?? -1;
    return competing.reduce((best, one) => (value(one) > value(best) || value(best) < 0 ? one : best));
  }

  get chosen() {
    return this.state.selection[0] ?? null;
  }

  /** The two selected uses, where just two whose cosine is held are selected; else null. */
  get pair() {
    const { selection } = this.state;
    return selection.length === 2 && selection.every((use) => this.place[use] >= 0) ? selection : null;
  }

  get hasSubstitutes() {
    return this.uses.some(({ substitutes }) => substitutes.length);
  }

  /**
   * Words that could stand in the place of both uses and of few others, best first. A word's score is the sum of 1 / its
   * rank among each use's substitutes, times log((uses + 1) / uses with the word).
   */
  alikeBecause(first, second, count = 3) {
    this.usesWith ??= this.uses.reduce((sums, { substitutes }) => {
      for (const word of substitutes) sums.set(word, (sums.get(word) ?? 0) + 1);
      return sums;
    }, new Map());
    const [one, other] = [first, second].map((use) => this.uses[use].substitutes);
    const score = (word) => (1 / (one.indexOf(word) + 1) + 1 / (other.indexOf(word) + 1)) * Math.log((this.n + 1) / this.usesWith.get(word));
    return one.filter((word) => other.includes(word)).sort((a, b) => score(b) - score(a)).slice(0, count);
  }

  /** What a group found without senses is called: its letter, and words that are likely there. */
  groupName(group) {
    const letter = String.fromCharCode(65 + group);
    const words = this.now.groupNames[group];
    return words ? `${letter} · ${words}` : `group ${letter}`;
  }

  get isEdited() {
    return this.codes.some((code, use) => this.senses[code] !== this.data.senses[this.dataCodes[use]]);
  }

  /** Cosine of two uses in a representation; null where their pair is not held. */
  cosine(one, i, j) {
    const [a, b] = [this.place[i], this.place[j]];
    return a < 0 || b < 0 ? null : one.cosine(a, b);
  }

  /** The other uses, the most like `use` first, with their cosines; of a use outside the sample, the nearest ten. */
  nearest(one, use) {
    if (this.place[use] < 0) {
      const [size] = one.record?.neighbours.shape.slice(1) ?? [0];
      const ids = size ? one.unpacked("neighbours").subarray(use * size, (use + 1) * size) : [];
      return [...ids].map((other, k) => ({ other, cosine: one.unpacked("near")[use * size + k] }));
    }
    const others = [];
    for (const other of this.members) {
      if (other !== use) others.push({ other, cosine: one.cosine(this.place[use], this.place[other]) });
    }
    const value = ({ cosine }) => Math.round(cosine * 1e6);
    return others.sort((a, b) => value(b) - value(a) || a.other - b.other);
  }

  /** The representation before the present one, and how far each dot of the map is from where it was there. */
  movement() {
    const before = this.family[this.family.indexOf(this.now) - 1];
    if (!before) return null;
    const [from, to] = [before, this.now].map((one) => one.map(this.state.method).points);
    const moved = Float64Array.from({ length: this.n }, (_, use) => Math.hypot(to[2 * use] - from[2 * use], to[2 * use + 1] - from[2 * use + 1]));
    const furthest = [...moved.keys()].sort((a, b) => moved[b] - moved[a] || a - b).filter((use) => moved[use] > 1e-6);
    return { before, from, moved, furthest };
  }

  // ---- senses ------------------------------------------------------------------------------------

  relabel(codes, senses) {
    Object.assign(this, { codes: Int16Array.from(codes), senses });
    const ofMembers = Int16Array.from(this.members, (use) => this.codes[use]);
    // Pairs of one side and of two say nothing of senses.
    this.counts = new PairCounts(this.hasSides ? new Int16Array(ofMembers.length).fill(-1) : ofMembers);
    this.edits = (this.edits ?? 0) + 1;
    for (const { mix } of this.mixes.values()) mix.relabel(this.counts.ranked ? ofMembers : null);
    for (const listener of this.listeners) listener(new Set(["labels"]), null);
  }

  /** Give the selected uses a sense; an empty name takes it away. */
  label(name) {
    const senses = [...this.senses];
    if (name && !senses.includes(name)) senses.push(name);
    const codes = Int16Array.from(this.codes);
    for (const use of this.state.selection) codes[use] = senses.indexOf(name);
    this.relabel(codes, senses);
  }

  /** [pair AUC, low, high, same, different]; without an interval where senses were edited here. */
  figures(one) {
    if (!one.isMix && !this.isEdited) {
      const { pair_auc: auc, same_sense: same, different_sense: different } = one.figures;
      const known = (figure, k = 0) => figure?.[k] ?? NaN;
      return { auc: known(auc), low: known(auc, 1), high: known(auc, 2), same: known(same), different: known(different) };
    }
    if (one.figuresOf !== this.edits || one.isMix) {
      one.edited = this.counts.of(one.cosines);
      one.figuresOf = this.edits;
    }
    return { ...one.edited, low: NaN, high: NaN };
  }
}

/** A press on a use: it alone is selected, or one more; again gives it up; beside all, none is. */
export function pressUse(scene, use, more) {
  const { selection } = scene.state;
  if (use === null) return more || scene.set({ selection: [] });
  if (more) return scene.set({ selection: selection.includes(use) ? selection.filter((other) => other !== use) : [...selection, use] });
  return scene.set({ selection: selection.length === 1 && selection[0] === use ? [] : [use] });
}
