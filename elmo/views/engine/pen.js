// One set of drawing calls, on a canvas for the screen and in SVG for paper.
import { SHAPES } from "./colours.js";

const paths = {};

function textFont(size, weight, family) {
  return `${weight ?? 400} ${size}px ${family}`;
}

export class CanvasPen {
  /** ratio: device pixels for each pixel. */
  constructor(context, family, ratio = 1) {
    Object.assign(this, { context, family, ratio });
    this.sprites = new Map();
  }

  styled({ fill, stroke, width = 1, opacity = 1, dash = [] }, draw) {
    const { context } = this;
    context.globalAlpha = opacity;
    context.setLineDash(dash);
    if (fill) {
      context.fillStyle = fill;
      draw("fill");
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      draw("stroke");
    }
    context.globalAlpha = 1;
  }

  /** A shape of `SHAPES` around a place; the same shape again is copied, which is fast. */
  mark(shape, x, y, size, style) {
    const key = `${shape} ${size} ${style.fill} ${style.stroke} ${style.width}`;
    let sprite = this.sprites.get(key);
    if (!sprite) {
      sprite = document.createElement("canvas");
      sprite.width = sprite.height = Math.ceil((20 * size + 6) * this.ratio);
      const pen = new CanvasPen(sprite.getContext("2d"), this.family);
      pen.context.translate(sprite.width / 2, sprite.height / 2);
      pen.context.scale(size * this.ratio, size * this.ratio);
      paths[shape] ??= new Path2D(SHAPES[shape]);
      pen.styled({ ...style, opacity: 1, width: (style.width ?? 1) / size }, (how) => pen.context[how](paths[shape]));
      this.sprites.set(key, sprite);
    }
    const side = sprite.width / this.ratio;
    this.context.globalAlpha = style.opacity ?? 1;
    this.context.drawImage(sprite, x - side / 2, y - side / 2, side, side);
    this.context.globalAlpha = 1;
  }

  /** Squares of one colour around places, given as x and y in turn; on whole pixels, which are drawn faster. */
  squares(points, side, fill) {
    const { context } = this;
    const whole = Math.max(1, Math.round(side));
    context.fillStyle = fill;
    for (let k = 0; k < points.length; k += 2) context.fillRect(Math.round(points[k] - whole / 2), Math.round(points[k + 1] - whole / 2), whole, whole);
  }

  line(points, style, isClosed = false) {
    const path = new Path2D();
    points.forEach(([x, y], k) => (k ? path.lineTo(x, y) : path.moveTo(x, y)));
    if (isClosed) path.closePath();
    this.styled(style, (how) => this.context[how](path));
  }

  rect(x, y, width, height, style) {
    this.styled(style, (how) => this.context[`${how}Rect`](x, y, width, height));
  }

  circle(x, y, radius, style) {
    const path = new Path2D();
    path.arc(x, y, radius, 0, 2 * Math.PI);
    this.styled(style, (how) => this.context[how](path));
  }

  text(text, x, y, { size, fill, align = "left", baseline = "alphabetic", weight }) {
    const { context } = this;
    Object.assign(context, { font: textFont(size, weight, this.family), fillStyle: fill, textAlign: align, textBaseline: baseline });
    context.fillText(text, x, y);
  }

  measure(text, size, weight) {
    this.context.font = textFont(size, weight, this.family);
    return this.context.measureText(text).width;
  }

  /** Take away what is drawn there. */
  clear(x, y, width, height) {
    this.context.clearRect(x, y, width, height);
  }

  /** A small canvas, each of its pixels a square. */
  pixels(canvas, x, y, width, height) {
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(canvas, x, y, width, height);
  }

  clip(x, y, width, height, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }
}

const SVG_SPACE = "http://www.w3.org/2000/svg";
const ANCHORS = { left: "start", center: "middle", right: "end" };

export class SvgPen {
  constructor(width, height, family) {
    this.root = document.createElementNS(SVG_SPACE, "svg");
    this.group = this.root;
    this.family = family;
    this.add(this.root, { xmlns: SVG_SPACE, viewBox: `0 0 ${width} ${height}`, "font-family": family });
    this.measuring = document.createElement("canvas").getContext("2d");
  }

  add(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) element.setAttribute(name, typeof value === "number" ? Number(value.toFixed(3)) : value);
    }
    return element;
  }

  make(name, attributes, { fill, stroke, width, opacity, dash } = {}) {
    const element = this.add(document.createElementNS(SVG_SPACE, name), {
      ...attributes, fill: fill ?? "none", stroke, "stroke-width": stroke && (width ?? 1),
      opacity: opacity === 1 ? undefined : opacity, "stroke-dasharray": dash?.length ? dash.join(" ") : undefined,
    });
    this.group.append(element);
    return element;
  }

  mark(shape, x, y, size, style) {
    const transform = `translate(${x.toFixed(2)},${y.toFixed(2)}) scale(${size})`;
    this.make("path", { d: SHAPES[shape], transform }, { ...style, width: (style.width ?? 1) / size });
  }

  line(points, style, isClosed = false) {
    const d = `M${points.map((point) => point.map((c) => c.toFixed(2)).join(",")).join("L")}${isClosed ? "Z" : ""}`;
    this.make("path", { d }, style);
  }

  rect(x, y, width, height, style) {
    this.make("rect", { x, y, width, height }, style);
  }

  circle(cx, cy, r, style) {
    this.make("circle", { cx, cy, r }, style);
  }

  text(text, x, y, { size, fill, align = "left", baseline = "alphabetic", weight }) {
    const down = { alphabetic: 0, middle: 0.35 * size, top: 0.8 * size, bottom: -0.2 * size }[baseline];
    this.make("text", { x, y: y + down, "font-size": size, "font-weight": weight, "text-anchor": ANCHORS[align] }, { fill }).textContent = text;
  }

  measure(text, size, weight) {
    this.measuring.font = textFont(size, weight, this.family);
    return this.measuring.measureText(text).width;
  }

  pixels(canvas, x, y, width, height) {
    this.make("image", { href: canvas.toDataURL(), x, y, width, height, "image-rendering": "pixelated", preserveAspectRatio: "none" });
  }

  clip(x, y, width, height, draw) {
    const before = this.group;
    this.group = this.add(document.createElementNS(SVG_SPACE, "svg"), { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` });
    before.append(this.group);
    draw();
    this.group = before;
  }
}
