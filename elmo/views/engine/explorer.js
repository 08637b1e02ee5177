// The explorer: all pictures and lists of one exploration, linked, with its controls.
import { CHOICES, choicesOf, MOVERS, unknownChoices } from "./choices.js";
import { COLOURINGS } from "./colourings.js";
import { Concordance, REST_AFTER_MS } from "./concordance.js";
import { choice, labelled, make, select } from "./dom.js";
import { LargeMap } from "./large_map.js";
import { MatrixPicture } from "./matrix.js";
import { Odd } from "./odd.js";
import { Answers, Findings, Movement, Nearest, Numbers, PairPanel, Pairs, Senses } from "./panels.js";
import { Picture } from "./picture.js";
import { SavePanel } from "./save.js";
import { COMPARED, Scene } from "./scene.js";
import { SeparationPicture } from "./separation.js";
import { Shares, SideNumbers } from "./shares.js";
import { SmallMaps } from "./small_maps.js";
import { TrianglePicture } from "./triangle.js";
import { WeightsTable } from "./weights.js";

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > -100 && top < window.innerHeight + 100;
}

export class Explorer {
  /**
   * root: an element that the explorer fills. data: the exploration. start: a state, as `state` gives one.
   * parts: what to show; all of PARTS (PARTS_OF_SIDES for two sides) when left out. tell: called with the state after each change made here.
   * mapsFirst: whether the maps come before the lines. isBrief: the lines, a large map and small ones beside it,
   * without further controls. isFolded: whether the findings are folded, as the page says them already.
   * ask: takes the senses of the uses as they were edited here, where somebody can test them.
   */
  constructor(root, data, options = {}) {
    const { start = {}, parts = data.labels_are === "sides" ? PARTS_OF_SIDES : PARTS, tell = () => {}, ask = null } = options;
    this.options = options;
    this.scene = new Scene(data, start);
    this.parts = parts;
    this.tell = tell;
    this.scene.ask = ask;
    this.root = root;
    this.folds = {}; // name -> details
    this.times = []; // milliseconds that each update took, the last 300
    this.status = make("p.status", { aria: { role: "status" } });
    this.unknown = make("p.note", { hidden: true, aria: { role: "status" } });
    this.panels = this.build();
    root.classList.add("elmo-explorer");
    root.replaceChildren(this.unknown, ...this.layout(), this.status);
    root.explorer = this; // for tests, and for the curious in the console
    this.scene.listeners.add((changed, from) => this.changed(changed, from));
    this.ending = new AbortController();
    const redraw = () => this.draw(true);
    const { signal } = this.ending;
    for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", redraw, { signal });
    window.addEventListener("beforeprint", () => (this.unfold(...Object.keys(this.folds)), redraw()), { signal });
    window.addEventListener("afterprint", redraw, { signal });
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(root);
    this.waiting = new Map(); // panel -> { changed: fields since it was drawn; isAll: draw it whole }
    this.seen = new Set();
    this.sight = new IntersectionObserver((entries) => this.looked(entries), { rootMargin: "100px" });
    for (const { element } of Object.values(this.panels)) {
      this.sight.observe(element);
      if (isInSight(element)) this.seen.add(element);
    }
    if (this.scene.now.isMix) this.unfold("mixes");
    this.draw();
  }

  get state() {
    return { ...this.scene.state };
  }

  /** Set a state from outside; what cannot be is left out. */
  setState(state) {
    this.scene.set(this.scene.checked(state), "outside");
  }

  /** Set the state of a link, and name the values that the pictures do not have. */
  setLink(state) {
    this.setState(state);
    this.unknown.textContent = unknownChoices(state, this.scene).join(" ");
    this.unknown.hidden = !this.unknown.textContent;
  }

  end() {
    clearTimeout(this.later);
    this.sight.disconnect();
    this.sizes.disconnect();
    this.ending.abort();
  }

  // ---- building ----------------------------------------------------------------------------------

  build() {
    const { scene, parts } = this;
    const made = {
      answers: new Answers(scene), findings: new Findings(scene, { isFolded: this.options.isFolded, hasAnswers: parts.includes("answers"), hasLead: this.options.mapsFirst }), odd: new Odd(scene), concordance: new Concordance(scene), matrix: new MatrixPicture(scene),
      map: new LargeMap(scene), maps: new SmallMaps(scene), separation: new SeparationPicture(scene),
      nearest: new Nearest(scene), pair: new PairPanel(scene), pairs: new Pairs(scene), movement: new Movement(scene), senses: new Senses(scene), numbers: scene.hasSides ? new SideNumbers(scene) : new Numbers(scene),
    };
    if (scene.hasSides) made.shares = new Shares(scene);
    made.maps.listen();
    if (scene.grid) made.sliders = new WeightsTable(scene);
    if (scene.mixedLayers?.length === 3) made.triangle = new TrianglePicture(scene);
    for (const panel of Object.values(made)) panel.announce = (text) => (this.status.textContent = text);
    const pictures = ["map", "maps", "matrix", "separation", "triangle"].filter((name) => parts.includes(name)).flatMap((name) => made[name] ?? []);
    made.save = new SavePanel(scene, pictures);
    return Object.fromEntries(Object.entries(made).filter(([name]) => parts.includes(name)));
  }

  madeBy() {
    const { made } = this.scene.data;
    return Object.entries(made).map(([name, value]) => `${name} ${value}`).join(", ");
  }

  controls() {
    const { scene } = this;
    this.compared = choice("Compare", (compared) => this.compare(compared));
    this.layers = choice("Representation", (name) => scene.set({ representation: name }));
    this.slider = make("input", { type: "range", min: 0, step: 1, aria: { label: "Representation, as a slider" } });
    this.slider.oninput = () => scene.set({ representation: this.names()[Number(this.slider.value)] });
    this.fields = {
      ...Object.fromEntries(Object.keys(CHOICES).map((field) => [field, select(choicesOf(field, scene), (name) => scene.set({ [field]: name }))])),
      movers: select(MOVERS.map((n) => [n, n ? `the ${n} that moved most` : "none"]), (movers) => scene.set({ movers: Number(movers) })),
      method: select(scene.methods.map((name) => [name, name]), (method) => scene.set({ method })),
    };
    this.group = select([], (group) => this.selectGroup(group === "" ? NaN : Number(group)));
    return make("div.controls", {}, ...(scene.families.length > 1 ? [this.compared.element] : []), ...(scene.byName.size > 1 ? [this.layers.element, this.slider] : []));
  }

  /** Select all dots of a colour. */
  selectGroup(group) {
    const { scene } = this;
    const { codes } = COLOURINGS[scene.state.colour].groupsOf(scene);
    scene.set({ selection: [...scene.uses.keys()].filter((use) => codes[use] === group) });
  }

  showGroups() {
    const { scene } = this;
    if (!this.group.parentElement) return;
    const groups = COLOURINGS[scene.state.colour].groupsOf?.(scene);
    this.group.parentElement.hidden = !groups;
    if (!groups) return;
    const options = [["", "choose"], ...groups.names.map((name, k) => [k, name]), ...([...groups.codes].includes(-1) ? [[-1, groups.none]] : [])];
    const text = JSON.stringify(options);
    if (this.group.dataset.options === text) return;
    this.group.dataset.options = text;
    this.group.replaceChildren(...options.map(([value, name]) => make("option", { value, text: name })));
  }

  names() {
    return [...this.scene.family.map(({ name }) => name), ...(this.scene.mixed ? [this.scene.mixed.name] : [])];
  }

  compare(compared) {
    const { scene } = this;
    const same = scene.ofFamily(compared).find(({ label }) => label === scene.now.label) ?? scene.best(compared);
    scene.set({ representation: same.name });
  }

  /** Parts that are seldom needed, behind their name; drawn when they are opened. [] where there are none. */
  fold(name, title, ...children) {
    if (!children.length) return [];
    this.folds[name] = make("details.fold", { ontoggle: () => this.drawWaiting(() => true) }, make("summary", { text: title }), ...children);
    return [this.folds[name]];
  }

  layout() {
    const { panels, scene } = this;
    const part = (name) => (panels[name] ? [panels[name].element] : []);
    const controls = this.controls();
    if (this.options.isBrief) {
      const pictures = make("div.beside", {}, ...part("map"), ...part("maps"));
      const columns = make("div.columns", {}, make("div.column", {}, ...part("concordance")), make("div.column", {}, pictures));
      return [controls, columns, ...part("findings"), ...part("numbers"), ...part("save")];
    }
    const { method, movers } = this.fields;
    const field = (name) => labelled(CHOICES[name].label, this.fields[name]);
    const zoom = [["Zoom to the selection", true], ["Whole map", false]].map(([text, isIn]) => make("button", { type: "button", text, onclick: () => panels.map.zoom(isIn) }));
    const notes = scene.members.length < scene.n ? [make("p.note", { text: `Pairs, the matrix${scene.hasSides ? " and the groups on the map" : " and the figures"} are of ${scene.members.length} of ${scene.n} uses, drawn at random; ${scene.hasSides ? "the map and the figures" : "maps"} show all.` })] : [];
    const map = panels.map ? [make("div.row", {}, field("colour"), labelled("Select a group", this.group), ...(scene.methods.length > 1 ? [labelled("Method", method)] : []), ...(panels.movement ? [labelled("Lines to", movers)] : []), ...zoom), ...part("map"), ...part("movement")] : [];
    const concordance = panels.concordance ? [make("div.row", {}, field("order"), ...(scene.hasSubstitutes ? [field("under")] : [])), ...part("concordance")] : [];
    const column = (name, ...children) => (children.length ? [make(`div.column.${name}`, {}, ...children)] : []);
    const columns = (...sides) => make("div.columns", {}, ...sides.flatMap((side) => column("wide", ...side)));
    const matrix = panels.matrix ? [field("matrixOrder"), ...part("matrix")] : [];
    const others = [...part("separation"), ...this.fold("mixes", "All mixes of the layers", ...part("triangle"), ...part("sliders"))];
    const pairs = this.fold("pairs", "The most and the least similar pairs", ...part("pairs"));
    const end = [columns(part("nearest"), pairs), ...part("senses"), ...part("numbers"), ...part("save"), make("p.note.made", { text: this.madeBy() })];
    if (scene.hasSides) {
      return [...notes, controls, ...part("findings"), columns(map, part("shares")), ...concordance, ...part("pair"), ...(scene.byName.size > 1 ? part("maps") : []), ...part("nearest"), ...pairs, ...this.fold("matrix", "The similarity of every pair", ...matrix), ...part("numbers"), ...part("save"), end.at(-1)];
    }
    if (this.options.mapsFirst) {
      return [...notes, controls, ...part("answers"), ...part("findings"), ...part("maps"), columns(map, concordance), ...part("pair"), columns(matrix, others), ...end];
    }
    return [...notes, controls, ...part("answers"), ...part("findings"), ...part("odd"), columns(concordance, matrix), ...part("pair"), columns(map, others), ...this.fold("maps", "All representations on one frame", ...part("maps")), ...end];
  }

  // ---- following ---------------------------------------------------------------------------------

  showControls() {
    const { scene } = this;
    const names = this.names();
    this.compared.show(scene.families.map((name) => [name, COMPARED[name] ?? name]), scene.now.compared);
    this.layers.show(names.map((name) => [name, scene.byName.get(name).label]), scene.now.name);
    this.slider.max = names.length - 1;
    this.slider.value = names.indexOf(scene.now.name);
    this.slider.setAttribute("aria-valuetext", scene.now.label);
    for (const [name, field] of Object.entries(this.fields)) field.value = scene.state[name];
    this.showGroups();
  }

  unfold(...names) {
    const closed = names.flatMap((name) => this.folds[name] ?? []).filter((fold) => !fold.open);
    for (const fold of closed) fold.open = true;
    if (closed.length) this.drawWaiting(() => true);
  }

  /** What is in sight is drawn at once: pictures first, as they read sizes, which lists would change. The rest follows. */
  changed(changed, from) {
    const began = performance.now();
    if (changed.has("representation") && this.scene.now.isMix) this.unfold("mixes"); // its weights are set there
    for (const panel of Object.values(this.panels)) {
      if (!panel.wants(changed)) continue;
      this.wait(panel, changed, false);
    }
    this.drawWaiting((panel) => this.seen.has(panel.element) || !panel.canWait);
    this.showControls();
    this.say(changed);
    this.times.push(performance.now() - began);
    if (this.times.length > 300) this.times.shift();
    if (from !== "outside") this.tell(this.state, changed);
  }

  wait(panel, changed, isAll) {
    const before = this.waiting.get(panel);
    this.waiting.set(panel, { changed: new Set([...(before?.changed ?? []), ...changed]), isAll: isAll || (before?.isAll ?? false) });
  }

  /** Draw the waiting panels that fit, and soon all others: together, as the browser paints the page for each. Folded ones wait. */
  drawWaiting(fits) {
    const shown = [...this.waiting.keys()].filter(({ element }) => !element.closest("details.fold:not([open])"));
    const now = shown.filter(fits);
    now.sort((a, b) => Number(b instanceof Picture) - Number(a instanceof Picture));
    for (const panel of now) panel.measure?.(); // all sizes are read before anything is written
    for (const panel of now) {
      const { changed, isAll } = this.waiting.get(panel);
      this.waiting.delete(panel);
      if (changed.size) panel.update(changed);
      if (isAll) panel.draw();
    }
    clearTimeout(this.later);
    this.later = now.length < shown.length ? setTimeout(() => this.drawWaiting(() => true), REST_AFTER_MS) : null;
  }

  /** Whether all is drawn, what is off the screen too; what is folded is not. */
  get isComplete() {
    return this.later === null && (this.panels.concordance?.later ?? null) === null;
  }

  looked(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.seen.add(target);
      else this.seen.delete(target);
    }
    if (this.waiting.size) this.drawWaiting((panel) => this.seen.has(panel.element));
  }

  say(changed) {
    const { scene } = this;
    if (changed.has("selection")) {
      const { selection } = scene.state;
      this.status.textContent = `${selection.length} selected${selection.length ? `: ${selection.slice(0, 20).map((use) => use + 1).join(", ")}` : ""}.`;
    } else if (changed.has("representation")) this.status.textContent = scene.now.label;
  }

  /** Draw everything; what is not in sight a little later, unless all is wanted now. */
  draw(isAllNow = false) {
    this.showControls();
    for (const panel of Object.values(this.panels)) this.wait(panel, [], true);
    this.drawWaiting((panel) => isAllNow || this.seen.has(panel.element) || !panel.canWait);
  }

  resized() {
    const { clientWidth } = this.root;
    if (clientWidth === this.width) return;
    this.width = clientWidth;
    this.draw();
  }
}

export const PARTS_OF_SIDES = ["findings", "map", "shares", "concordance", "pair", "nearest", "pairs", "maps", "matrix", "numbers", "save"];
export const PARTS = ["answers", "findings", "odd", "concordance", "matrix", "pair", "map", "separation", "nearest", "pairs", "maps", "movement", "senses", "triangle", "sliders", "numbers", "save"];
