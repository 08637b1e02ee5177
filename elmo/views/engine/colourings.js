// Colourings of the dots: each gives the look of a use, and what its legend says.
import { FAINT, groupLook, shade } from "./colours.js";
import { short } from "./numbers.js";

const byShare = (share) => ({ colour: shade(share), shape: "circle" });
const SENTENCES_COLOURED = 8;
const WORDS_COLOURED = 7;

/**
 * A colouring by groups: groupsOf(scene) gives { codes (one a use, -1 for none), names, none }; the look of
 * a use and the legend follow.
 */
function grouped(text, groupsOf, applies = () => true, isOfNow = false) {
  return {
    text, applies, groupsOf, isOfNow,
    look: (scene, use) => groupLook(groupsOf(scene).codes[use]),
    legend: (scene) => {
      const { codes, names, none } = groupsOf(scene);
      const count = (group) => codes.reduce((sum, code) => sum + (code === group ? 1 : 0), 0);
      const entries = names.map((name, k) => ({ name, ...groupLook(k), count: count(k) }));
      return [...entries, { name: none, ...groupLook(-1), count: count(-1) }].filter((entry) => entry.count);
    },
  };
}

/** A function of the scene that is computed again only when what it depends on changes. */
function remembered(key, compute) {
  const known = new WeakMap();
  return (scene) => {
    const now = key(scene);
    if (known.get(scene)?.key !== now) known.set(scene, { key: now, value: compute(scene) });
    return known.get(scene).value;
  };
}

const clusters = remembered((scene) => scene.now.name, (scene) => {
  const codes = Array.from(scene.place, (place) => (place < 0 ? -1 : scene.now.clusters[place]));
  const names = [...new Set(scene.now.clusters)].sort((a, b) => a - b).map((k) => scene.groupName(k));
  return { codes, names, none: "not in the sample" };
});

/** The number of each use's sentence, in the order of the text. */
const sentenceIds = remembered(() => "", (scene) => {
  const ids = new Map();
  return scene.uses.map(({ tokens }) => {
    const text = tokens.join(" ");
    if (!ids.has(text)) ids.set(text, ids.size);
    return ids.get(text);
  });
});
const nSentences = (scene) => Math.max(...sentenceIds(scene)) + 1;
const bySentence = grouped("sentence", (scene) => {
  const codes = sentenceIds(scene);
  return { codes, names: [...Array(nSentences(scene)).keys()].map((k) => `sentence ${k + 1}`), none: "" };
});

/** The most frequent words, each a group. */
const words = remembered(() => "", (scene) => {
  const forms = scene.uses.map(({ tokens, position, length }) => tokens.slice(position, position + length).join(" ").toLowerCase());
  const counts = new Map();
  for (const form of forms) if (/[\p{L}\p{N}]/u.test(form)) counts.set(form, (counts.get(form) ?? 0) + 1);
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a)).slice(0, WORDS_COLOURED);
  return { codes: forms.map((form) => names.indexOf(form)), names, none: "other words" };
});

/**
 * name -> { text, look(scene, use), legend(scene), applies(scene) where it is not for every scene, groupsOf(scene) where
 * a colour is a group, isOfChosen, isOfNow (follows the representation) }; adding one is adding an entry.
 */
export const COLOURINGS = {
  word: grouped("word", words, (scene) => scene.isText),
  sense: grouped("sense", (scene) => ({ codes: scene.codes, names: scene.senses, none: "no sense" }), (scene) => !scene.isText && !scene.hasSides),
  side: {
    ...grouped("side, and the group by its shape", (scene) => ({ codes: scene.codes, names: scene.senses, none: "" }), (scene) => scene.hasSides, true),
    look: (scene, use) => ({ ...groupLook(scene.codes[use]), shape: groupLook(clusters(scene).codes[use]).shape }),
    legend: (scene) => [
      ...scene.senses.map((name, k) => ({ name, ...groupLook(k), shape: "circle" })),
      ...clusters(scene).names.map((name, k) => ({ name, colour: FAINT, shape: groupLook(k).shape })),
    ],
  },
  cluster: grouped("group", clusters, () => true, true),
  sentence: {
    text: "sentence",
    look: (scene, use) => {
      if (nSentences(scene) <= SENTENCES_COLOURED) return bySentence.look(scene, use);
      return byShare(sentenceIds(scene)[use] / (nSentences(scene) - 1));
    },
    legend: (scene) => (nSentences(scene) <= SENTENCES_COLOURED ? bySentence.legend(scene) : [{ scale: ["first sentence", "last"] }]),
  },
  position: {
    text: "place in the sentence",
    look: (scene, use) => {
      const { position, tokens } = scene.uses[use];
      return byShare(position / Math.max(1, tokens.length - 1));
    },
    legend: () => [{ scale: ["first word", "last word"] }],
  },
  similarity: {
    text: "similarity to the chosen use",
    isOfChosen: true, // so that the others are not made faint
    isOfNow: true,
    look: (scene, use) => {
      if (scene.chosen === null) return groupLook(-1);
      const cosine = scene.cosine(scene.now, scene.chosen, use);
      if (cosine === null) return groupLook(-1);
      const [low, high] = rangeOf(scene, scene.now, scene.chosen);
      return byShare((Math.min(cosine, high) - low) / (high - low));
    },
    legend: (scene) => {
      if (scene.chosen === null) return [{ name: "choose a use", ...groupLook(-1) }];
      const ends = rangeOf(scene, scene.now, scene.chosen);
      return [{ scale: ends.map((end) => `cosine ${short(end)}`) }];
    },
  },
};

/** Lowest and highest cosine of one use with the others. */
function rangeOf(scene, one, use) {
  const key = `${one.name} ${use} ${scene.state.weights}`;
  if (scene.rangeKey !== key) {
    const values = scene.nearest(one, use).map(({ cosine }) => cosine);
    const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
    Object.assign(scene, { rangeKey: key, range: high - low > 1e-3 ? [low, high] : [low - 0.5, high + 0.5] });
  }
  return scene.range;
}
