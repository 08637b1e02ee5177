// Orders of the uses: of the lines of the concordance, and of the rows of the matrix.

function compareWords(a, b) {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    if (a[k] !== b[k]) return a[k] < b[k] ? -1 : 1;
  }
  return a.length - b.length;
}

/** Numbers in the order of their keys; those of equal keys keep their order. */
function sortedBy(numbers, key, compare = (a, b) => (a === b ? 0 : a - b)) {
  const keys = new Map(numbers.map((number) => [number, key(number)]));
  return numbers.sort((a, b) => compare(keys.get(a), keys.get(b)) || a - b);
}

const allUses = (scene) => [...scene.uses.keys()];
const lowerWords = (scene, use) => scene.uses[use].tokens.map((token) => token.toLowerCase());
/** The code of a use's sense; uses without one come last. */
const senseRank = (scene, use) => (scene.codes[use] < 0 ? Infinity : scene.codes[use]);

/** name -> { text, uses(scene): all uses in that order }; adding one is adding an entry. */
export const ORDERS = {
  sense: { text: "sense", uses: (scene) => sortedBy(allUses(scene), (use) => senseRank(scene, use)) },
  text: { text: "as given", uses: allUses },
  left: {
    text: "words before",
    uses: (scene) => sortedBy(allUses(scene), (use) => lowerWords(scene, use).slice(0, scene.uses[use].position).reverse(), compareWords),
  },
  right: {
    text: "words after",
    uses: (scene) => sortedBy(allUses(scene), (use) => lowerWords(scene, use).slice(scene.uses[use].position + scene.uses[use].length), compareWords),
  },
  similarity: {
    text: "similarity to the chosen line",
    uses: (scene) => {
      if (scene.chosen === null) return allUses(scene);
      const near = scene.nearest(scene.now, scene.chosen).map(({ other }) => other);
      const first = new Set([scene.chosen, ...near]);
      return [...first, ...allUses(scene).filter((use) => !first.has(use))];
    },
  },
};

/** name -> { text, places(scene): places among the held uses, in the order of the rows }. */
export const MATRIX_ORDERS = {
  like: { text: "like beside like", places: (scene) => [...scene.now.order] },
  sense: { text: "sense", places: (scene) => sortedBy([...scene.members.keys()], (place) => senseRank(scene, scene.members[place])) },
  text: { text: "as given", places: (scene) => [...scene.members.keys()] },
};
