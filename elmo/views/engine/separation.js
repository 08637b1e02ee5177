// How well each representation separates the senses: a dot and its 95 % interval.
import { short } from "./numbers.js";
import { Picture } from "./picture.js";

export class SeparationPicture extends Picture {
  constructor(scene) {
    super(scene, "separation", "Which representation separates the senses");
    this.depends = ["representation", "labels", "weights"];
    this.canvas.onclick = (event) => this.press(this.place(event)[1]);
  }

  update() {
    this.draw();
  }

  rows() {
    const { family, now } = this.scene;
    return now.isMix ? [...family, now] : family;
  }

  height(width, font) {
    return (this.rows().length * 2.1 + 3.4) * font;
  }

  /** What is drawn: pair AUC, or the mean cosine where no senses are known. */
  drawnValue() {
    const { scene } = this;
    if (scene.counts.ranked) return { title: "pair AUC (.5 is chance)", of: (one) => scene.figures(one), chance: 0.5 };
    const of = (one) => {
      const [auc, low, high] = one.figures.self_similarity ?? [one.mix?.mean, NaN, NaN];
      return { auc, low: low ?? NaN, high: high ?? NaN };
    };
    return { title: "mean cosine of the uses", of, chance: null };
  }

  alt() {
    const { title, of } = this.drawnValue();
    return `${title}: ${this.rows().map((one) => `${one.label} ${short(of(one).auc)}`).join(", ")}. Arrow keys choose one.`;
  }

  paint(pen, { width, font, ink, isScreen }) {
    const { title, of, chance } = this.drawnValue();
    const rows = this.rows().map((one) => ({ one, ...of(one) }));
    const left = Math.min(0.4 * width, Math.max(...rows.map(({ one }) => pen.measure(one.label, font, 700))) + 1.2 * font);
    const values = rows.flatMap(({ auc, low, high }) => [auc, low, high]).filter((value) => !Number.isNaN(value));
    const low = Math.floor(10 * Math.min(chance === null ? 0 : 0.45, ...values)) / 10;
    const right = width - 3.4 * font;
    const x = (value) => left + ((value - low) / (1 - low)) * (right - left);
    const bottom = rows.length * 2.1 * font + 0.6 * font;
    this.rowHeight = 2.1 * font;
    for (let tick = low; tick <= 1.001; tick += 0.1) {
      pen.line([[x(tick), 0.3 * font], [x(tick), bottom]], { stroke: ink.line, width: 0.7 });
      if (Math.round(tick * 10) % 2 === 0) pen.text(short(tick, 1), x(tick), bottom + 1.1 * font, { size: 0.85 * font, fill: ink.text, align: "center" });
    }
    if (chance !== null) pen.line([[x(chance), 0.3 * font], [x(chance), bottom]], { stroke: ink.text, dash: [4, 3] });
    pen.text(title, (left + right) / 2, bottom + 2.4 * font, { size: 0.9 * font, fill: ink.text, align: "center" });
    rows.forEach(({ one, auc, low: from, high: to }, k) => {
      const y = (k + 0.65) * this.rowHeight;
      const isNow = one === this.scene.now && isScreen;
      if (isNow) pen.rect(0.5, y - 0.95 * font, width - 1, 1.9 * font, { stroke: ink.accent, width: 1.5 });
      pen.text(one.label, left - 0.7 * font, y, { size: font, fill: ink.text, align: "right", baseline: "middle", weight: isNow ? 700 : 400 });
      if (Number.isNaN(auc)) return;
      if (!Number.isNaN(from)) pen.line([[x(from), y], [x(to), y]], { stroke: ink.text, width: 1.6 });
      const look = one.isMix ? ["diamond", "#D55E00"] : ["circle", "#0072B2"];
      pen.mark(look[0], x(auc), y, font / 12, { fill: look[1], stroke: ink.text, width: 0.6 });
      pen.text(short(auc), right + 0.7 * font, y, { size: font, fill: ink.text, baseline: "middle" });
    });
  }

  press(y) {
    const one = this.rows()[Math.floor((y - 0.2 * 12) / this.rowHeight)];
    if (one) this.scene.set({ representation: one.name });
  }

  pointed() {
    this.canvas.style.cursor = "pointer";
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return false;
    const rows = this.rows();
    this.scene.set({ representation: rows[(rows.indexOf(this.scene.now) + step + rows.length) % rows.length].name });
    return true;
  }
}
