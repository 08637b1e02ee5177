// Words and lists beside the pictures: findings, the nearest uses, a pair, senses, the numbers.
import { groupLook, SHAPES } from "./colours.js";
import { partsOf } from "./concordance.js";
import { labelled, make, sign } from "./dom.js";
import { short } from "./numbers.js";
import { LESS_MEAN, pressUse } from "./scene.js";

export class Panel {
  constructor(scene, element, depends) {
    Object.assign(this, { scene, element, depends });
  }

  wants(changed) {
    return this.depends.some((field) => changed.has(field));
  }

  update() {
    this.draw();
  }
}

/** A sentence with its word marked. */
function markedSentence(scene, use) {
  const [left, word, right] = partsOf(scene.uses[use]);
  const look = groupLook(scene.codes[use]);
  const sense = scene.senses[scene.codes[use]];
  return make("p.sentence", {}, sign(look, SHAPES[look.shape], String(use + 1)), ` ${left}`, make("mark", { text: word }), right, make("small", { text: sense ? ` ${sense}` : "" }));
}

/** What the present representation answers: with labels, without, and reasons to doubt the labels. */
export class Answers extends Panel {
  constructor(scene) {
    super(scene, make("section.answers", { aria: { live: "polite" } }), ["representation", "labels", "weights"]);
  }

  draw() {
    const { scene } = this;
    const { now } = scene;
    const { answers } = now;
    const both = scene.isEdited ? ["without labels"] : ["without labels", "with labels"];
    const said = both.filter((question) => answers[question]).map((question) => {
      const [lead, rest] = answers[question];
      return make("p", {}, make("strong", { text: lead }), rest);
    });
    if (now.isMix) said.push(make("p", {}, ofMix(scene), " Intervals and tests are those of the representations above."));
    else if (!said.length) said.push(make("p", { text: `${now.label} is being tested …` }));
    const ofAll = scene.isEdited ? [] : (scene.data.findings[now.compared] ?? []).map((text) => make("p", { text }));
    const doubts = scene.isEdited ? [] : answers.doubts ?? [];
    const warned = doubts.length ? [make("div.doubts", { aria: { role: "note" } }, ...doubts.map((text) => make("p", { text })))] : [];
    const reference = (answers["reference words"] ?? []).map((text) => make("p.note", { text }));
    this.element.replaceChildren(...said, ...ofAll, ...warned, ...reference);
  }
}

/** The figures of the mix that is set. */
function ofMix(scene) {
  const weights = scene.state.weights.map((w) => short(w)).join(" / ");
  const { auc, same, different, mean } = scene.figures(scene.now);
  return scene.counts.ranked
    ? `At the mix ${weights}, same-sense pairs have cosine ${short(same)} and different-sense pairs ${short(different)} (pair AUC ${short(auc)}).`
    : `At the mix ${weights}, the mean cosine of the pairs is ${short(mean)}.`;
}

/** What is said of all representations, and of the present one; folded where it is said elsewhere already. */
export class Findings extends Panel {
  /** With a lead, the first sentence stands above the maps and the others behind a fold. */
  constructor(scene, { isFolded, hasAnswers, hasLead }) {
    super(scene, make("div.findings"), ["representation", "labels", "weights"]);
    this.hasAnswers = hasAnswers;
    this.hasLead = hasLead && !isFolded && !hasAnswers;
    const text = this.hasLead ? "More in words" : "In words";
    this.fold = isFolded || hasAnswers || hasLead ? make("details.folded", { ontoggle: () => !this.hasLead && this.draw() }, make("summary", { text })) : null;
  }

  draw() {
    const { scene } = this;
    const { now } = scene;
    const isFolded = Boolean(this.fold) && !this.hasLead && !scene.isEdited;
    this.element.classList.toggle("folded", isFolded);
    if (isFolded && this.fold.parentElement !== this.element) this.element.replaceChildren(this.fold);
    if (isFolded && !this.fold.open) return; // drawn when it is unfolded
    const ofAll = this.hasAnswers ? [] : scene.data.findings[now.compared] ?? [];
    const said = scene.isEdited ? this.edited() : scene.hasSides ? [...now.sentences, ...ofAll] : [...ofAll, ...now.sentences];
    if (now.isMix && !this.hasAnswers) said.splice(scene.isEdited ? 1 : said.length, 0, ofMix(scene));
    if (now.compared === LESS_MEAN) said.push(lessMean(now));
    const texts = said.map((text) => make("p", { text }));
    this.element.hidden = !texts.length;
    if (isFolded) this.fold.replaceChildren(this.fold.firstElementChild, ...texts);
    else if (this.hasLead && !scene.isEdited && texts.length > 1) {
      this.fold.replaceChildren(this.fold.firstElementChild, ...texts.slice(1));
      this.element.replaceChildren(texts[0], this.fold);
    }
    else this.element.replaceChildren(...texts, ...(scene.isEdited && scene.ask ? [this.askButton()] : []));
  }

  askButton() {
    const { scene } = this;
    const labels = () => [...scene.codes].map((code) => scene.senses[code] ?? null);
    return make("button", { type: "button", text: "Intervals and tests for these senses", onclick: () => scene.ask(labels()) });
  }

  /** Of senses that were changed here, the figures without a test: that is the server's. */
  edited() {
    const { scene } = this;
    if (!scene.counts.ranked) return ["Senses were changed here. Two senses, one of them with two uses, can be compared."];
    const best = scene.family.filter((one) => one.competes).reduce((a, b) => (scene.figures(b).auc > scene.figures(a).auc ? b : a));
    const { auc, same, different } = scene.figures(scene.now);
    return [
      `Senses were changed here: ${best.label} separates them best, with pair AUC ${short(scene.figures(best).auc)}. ${scene.ask ? "Intervals and tests of the new senses are made when asked for." : "Intervals and tests of the new senses need the model: make the page again with these senses."}`,
      `At ${scene.now.label}, same-sense pairs have cosine ${short(same)} and different-sense pairs ${short(different)} (pair AUC ${short(auc)}).`,
    ];
  }
}

/** How far the dots of the map moved from the representation before. */
export class Movement extends Panel {
  constructor(scene) {
    super(scene, make("p.note.movement"), ["representation", "method"]);
  }

  draw() {
    const { scene } = this;
    const movement = scene.movement();
    this.element.hidden = !movement;
    if (!movement) return;
    const names = movement.furthest.slice(0, 3).map((use) => `${use + 1} (“${partsOf(scene.uses[use])[1]}”)`).join(", ");
    const mean = movement.moved.reduce((a, b) => a + b, 0) / scene.n;
    this.element.textContent = names
      ? `From ${movement.before.label.toLowerCase()} to ${scene.now.label.toLowerCase()} the dots move ${short(mean)} on average (the maps have radius 1). Furthest: ${names}.`
      : `From ${movement.before.label.toLowerCase()} to ${scene.now.label.toLowerCase()} no dot moves.`;
  }
}

/** What a cosine less the mean says; of equal vectors nothing is left. */
function lessMean(one) {
  return one.cosines.some((value) => value !== 0)
    ? "Minus the word's average: above 0, two uses differ from the average use in like ways."
    : `At ${one.label} all uses are one and the same vector, and minus their average nothing is left. Choose a higher layer.`;
}

/** The uses most like the chosen one. */
export class Nearest extends Panel {
  constructor(scene) {
    super(scene, make("section.nearest"), ["representation", "selection", "labels", "weights"]);
  }

  draw() {
    const { scene } = this;
    const { chosen, now } = scene;
    if (chosen === null) {
      this.element.replaceChildren(make("p.note", { text: "Choose a line, a dot or a cell: its nearest uses stand here." }));
      return;
    }
    const ranks = this.equalRanks();
    const rows = scene.nearest(now, chosen).slice(0, 10).map(({ other, cosine }, rank) => {
      const bar = make("i.bar");
      bar.style.width = `${Math.max(0, 100 * cosine)}%`;
      const look = groupLook(scene.codes[other]);
      const [left, word, right] = partsOf(scene.uses[other]);
      const button = make("button.near", { type: "button", onclick: (event) => pressUse(scene, other, event.shiftKey) }, sign(look, SHAPES[look.shape], String(other + 1)), make("span.value", { text: short(cosine, 3) }), make("span.track", {}, bar), ...(ranks ? [movedBy(ranks.get(other) - rank)] : []), make("span.words", { title: `${left}${word}${right}` }, `${left.length > 40 ? `…${left.slice(-38)}` : left}`, make("strong", { text: word }), right));
      return make("li", {}, button);
    });
    const sample = scene.place[chosen] < 0 ? " (of all uses)" : scene.members.length < scene.n ? " (in the sample)" : "";
    this.element.classList.toggle("with-moves", ranks !== null);
    this.element.replaceChildren(make("h3", { text: `Nearest to ${chosen + 1}, ${now.isMix ? "in this mix" : now.label}${sample}` }), make("ol", {}, ...rows));
  }

  /** The rank of each use by its likeness to the chosen one in the equal mix; null where no mix is looked at. */
  equalRanks() {
    const { scene } = this;
    const equal = scene.now.isMix && scene.weighted.find(({ record }) => record.weights.every((w) => Math.abs(w - record.weights[0]) < 1e-6));
    return equal ? new Map(scene.nearest(equal, scene.chosen).map(({ other }, rank) => [other, rank])) : null;
  }
}

/** How many ranks a use came nearer (▲) or went back (▼) against the equal mix. */
function movedBy(change) {
  const text = change > 0 ? `▲ ${change}` : change < 0 ? `▼ ${-change}` : "=";
  return make(`span.moved${change ? ".has-moved" : ""}`, { text, title: "ranks nearer or farther than in the equal mix" });
}

const SHOWN_PAIRS = 6;

/** The most and the least similar pairs. */
export class Pairs extends Panel {
  constructor(scene) {
    super(scene, make("section.pairs"), ["representation", "labels", "weights"]);
    this.canWait = true;
  }

  /** The k most similar pairs by a sign (-1: the least) as [first, second, cosine]; equal ones in their order. */
  ends(k, direction) {
    const { members, now } = this.scene;
    const best = [];
    for (let i = 0, pair = 0; i < members.length; i++) {
      for (let j = i + 1; j < members.length; j++, pair++) {
        const value = direction * Math.round(now.cosines[pair] * 1e6);
        if (best.length === k && value <= best[k - 1].value) continue;
        const place = best.findIndex((other) => other.value < value);
        best.splice(place < 0 ? best.length : place, 0, { value, pair: [members[i], members[j], now.cosines[pair]] });
        if (best.length > k) best.pop();
      }
    }
    return best.map(({ pair }) => pair);
  }

  row([first, second, cosine]) {
    const { scene } = this;
    const words = (use) => {
      const [left, word, right] = partsOf(scene.uses[use]);
      return [`${left.length > 24 ? `…${left.slice(-22)}` : left}`, make("strong", { text: word }), right.slice(0, 24)];
    };
    const one = (use) => {
      const look = groupLook(scene.codes[use]);
      return [sign(look, SHAPES[look.shape], String(use + 1)), make("span.words", {}, ...words(use))];
    };
    return make("li", {}, make("button.couple", { type: "button", onclick: () => scene.set({ selection: [first, second] }) }, make("span.value", { text: short(cosine, 3) }), ...one(first), ...one(second)));
  }

  draw() {
    const { now, members } = this.scene;
    const count = (members.length * (members.length - 1)) / 2;
    const list = (pairs) => make("ol", {}, ...pairs.map((pair) => this.row(pair)));
    this.element.replaceChildren(make("h3", { text: `Most similar of ${count} pairs, ${now.label}` }), list(this.ends(SHOWN_PAIRS, 1)));
    if (count > SHOWN_PAIRS) this.element.append(make("h3", { text: "Least similar" }), list(this.ends(SHOWN_PAIRS, -1)));
  }
}

/** Which words could stand in the place of both uses. */
function alikeText(scene, pair) {
  const words = scene.alikeBecause(...pair);
  return words.length ? `Alike because both could be: ${words.join(", ")}.` : "No word is among the most probable ones in both places.";
}

/** The two selected sentences side by side. */
export class PairPanel extends Panel {
  constructor(scene) {
    super(scene, make("section.pair", { aria: { live: "polite" } }), ["representation", "selection", "labels", "weights"]);
  }

  draw() {
    const { scene } = this;
    const { pair, now } = scene;
    this.element.hidden = !pair;
    if (!pair) return;
    const value = scene.cosine(now, ...pair);
    const sorted = now.isMix ? Float64Array.from(now.cosines).sort() : (now.sorted ??= Float64Array.from(now.cosines).sort());
    const rank = sorted.length - sorted.findLastIndex((other) => other <= value + 1e-7);
    const middle = (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
    this.element.replaceChildren(
      make("div.two", {}, ...pair.map((use) => markedSentence(scene, use))),
      make("p", { text: alikeText(scene, pair), hidden: !scene.hasSubstitutes }),
      make("p", { text: `Their cosine at ${now.label} is ${short(value)}: rank ${Math.max(1, rank)} of ${sorted.length} pairs, whose median is ${short(middle)}.` }),
    );
  }
}

/** Senses given by hand, here in the browser. */
export class Senses extends Panel {
  constructor(scene) {
    const names = make("datalist", { id: `elmo-senses-${Math.random().toString(36).slice(2)}` });
    const field = make("input", { type: "text", size: 14, maxLength: 80 });
    field.setAttribute("list", names.id);
    const count = make("span");
    const set = make("button", { type: "button", text: "Set sense", onclick: () => scene.label(field.value.trim()) });
    const back = make("button", { type: "button", text: "As given", onclick: () => scene.relabel(scene.dataCodes, [...scene.data.senses]) });
    super(scene, make("section.senses", {}, count, labelled("Sense", field), names, set, back), ["selection", "labels"]);
    Object.assign(this, { names, count, setButton: set, back });
  }

  draw() {
    const { scene } = this;
    const { length } = scene.state.selection;
    this.count.textContent = `${length} selected.`;
    this.setButton.disabled = !length;
    this.back.disabled = !scene.isEdited;
    this.names.replaceChildren(...scene.senses.map((value) => make("option", { value })));
  }
}

const AUC_MEANS = "Pair AUC: take a random pair of sentences with one sense and a random pair with two. How often is the first pair the more similar one? Equal ones count half: .5 is chance, 1 is never wrong. The interval holds the figure in 95% of the draws when sentences are drawn again, with replacement and within each sense; p is the share of trials in which senses dealt out at random do as well.";

/** The numbers of every representation of the present comparison. */
export class Numbers extends Panel {
  constructor(scene) {
    const body = make("tbody");
    const heads = ["representation", "pair AUC", "95 % from", "95 % to", "same-sense cosine", "different-sense cosine", "mean cosine", "random words", "p (shuffled senses)", "nearest has the same sense"];
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { text, scope: "col" })))), body);
    super(scene, make("details.numbers", {}, make("summary", { text: "The numbers of each representation, and what pair AUC means" }), make("p.note", { text: AUC_MEANS }), make("div.scroll", {}, table)), ["representation", "labels"]);
    Object.assign(this, { body, table });
    this.element.ontoggle = () => this.draw();
  }

  draw() {
    if (!this.element.open) return; // drawn when it is unfolded
    const { scene } = this;
    const known = (one, name) => (scene.isEdited && ["p", "nearest_same"].includes(name) ? NaN : one.figures[name]?.[0] ?? NaN);
    this.body.replaceChildren(...scene.family.map((one) => {
      const { auc, low, high, same, different } = scene.figures(one);
      const nearest = known(one, "nearest_same");
      const cells = [...[auc, low, high, same, different, known(one, "self_similarity"), known(one, "baseline"), known(one, "p")].map((value) => short(value, 3)), Number.isNaN(nearest) ? "–" : `${nearest} of ${known(one, "labelled")}`];
      return make("tr", {}, make("th", { text: one.label, scope: "row" }), ...cells.map((text) => make("td", { text })));
    }));
    // A figure that no representation has (yet) takes no column.
    const rows = [...this.table.rows];
    [...rows[0].cells].forEach((_, k) => {
      const isEmpty = k > 0 && rows.slice(1).every((row) => row.cells[k].textContent === "–");
      for (const row of rows) row.cells[k].hidden = isEmpty;
    });
  }
}
