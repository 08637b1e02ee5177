// The pictures of the mixing bench: triangle, matrix and map. Text enters by textContent only.
// Joined after colours.js, simplex.js and mix.js of elmo/views/engine.

function svg(name, attributes = {}, parent = null) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

function label(parent, text, attributes) {
  svg("text", attributes, parent).textContent = text;
}

/** A small picture of a shape, to stand in a line of text. */
function icon(shape, attributes) {
  const picture = svg("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" });
  svg("path", { d: SHAPES[shape], ...attributes }, picture);
  return picture;
}

class Triangle {
  constructor(box, names) {
    this.svg = svg("svg", { viewBox: "0 0 360 348", role: "group" });
    box.replaceChildren(this.svg);
    this.image = svg("image", {}, this.svg);
    svg("path", { class: "outline", d: `M${CORNERS.map((c) => c.join(",")).join("L")}Z` }, this.svg);
    const anchors = [["start", 8, 318], ["end", 352, 318], ["middle", 180, 36]];
    names.forEach((name, l) => label(this.svg, name, { "text-anchor": anchors[l][0], x: anchors[l][1], y: anchors[l][2] }));
    this.scale = svg("g", { transform: "translate(8,332)" }, this.svg);
    this.told = [16, 32].map((y) => svg("text", { x: 8, y }, this.svg));
    this.marks = svg("g", {}, this.svg);
    this.dot = svg("g", { class: "dot", tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": 100 }, this.svg);
    for (const [name, r] of [["halo", 17], ["edge", 8], ["ring", 8]]) svg("circle", { class: name, r }, this.dot);
  }

  /** Colour by a score, and mark special mixes and the mixes chosen in the splits. */
  paint(grid, marks, picks) {
    const { canvas, width, height, left, top } = paintTriangle(grid);
    for (const [key, value] of Object.entries({ href: canvas.toDataURL(), x: left, y: top, width, height })) this.image.setAttribute(key, value);
    this.marks.replaceChildren();
    for (const { weights, size } of picks) {
      const [cx, cy] = toPlane(weights);
      svg("circle", { class: "pick", cx, cy, r: 1.5 + Math.sqrt(size) * 12 }, this.marks);
    }
    for (const { weights, shape, name } of marks) {
      const [x, y] = toPlane(weights);
      const path = svg("path", { class: "mark", d: SHAPES[shape], transform: `translate(${x},${y}) scale(1.25)` }, this.marks);
      svg("title", {}, path).textContent = name;
    }
    const { low, high, step } = scoreRange(grid.scores);
    this.svg.setAttribute("aria-label", `All mixes of three layers, coloured by ${grid.name}, from ${low.toFixed(2)} or less to ${high.toFixed(2)}. Their table is below.`);
    this.scale.replaceChildren();
    for (let k = 0; k < 86; k++) {
      svg("rect", { x: 130 + k, y: -6, width: 1.3, height: 8, fill: `rgb(${cividis(k / 85).map(Math.round)})` }, this.scale);
    }
    label(this.scale, `${grid.name} ≤ ${low.toFixed(2)}`, { "text-anchor": "end", x: 124, y: 2 });
    label(this.scale, `${high.toFixed(2)}, a line each ${step}`, { x: 222, y: 2 });
  }

  move(weights, text, told) {
    told.forEach((line, i) => (this.told[i].textContent = line));
    this.dot.setAttribute("transform", `translate(${toPlane(weights)})`);
    this.dot.setAttribute("aria-valuenow", Math.round(100 * weights[2]));
    this.dot.setAttribute("aria-valuetext", text);
  }

  /** Where a pointer is, as weights. */
  weightsOf(event) {
    const box = this.svg.getBoundingClientRect();
    return toWeights([((event.clientX - box.left) / box.width) * 360, ((event.clientY - box.top) / box.height) * 348]);
  }
}

class Matrix {
  constructor(canvas, nUses, groups) {
    Object.assign(this, { canvas, nUses, groups });
    this.small = document.createElement("canvas");
    this.small.width = this.small.height = nUses;
    this.image = this.small.getContext("2d").createImageData(nUses, nUses);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.colours = Uint32Array.from({ length: 256 }, (_, k) => {
      const [r, g, b] = cividis(k / 255).map(Math.round);
      return (255 << 24) | (b << 16) | (g << 8) | r;
    });
    canvas.width = canvas.height = 720;
  }

  draw(mix, [low, high], cell, use) {
    const { nUses, pixels, colours } = this;
    const factor = 255 / (high - low);
    const index = (value) => colours[Math.min(255, Math.max(0, Math.round((value - low) * factor)))];
    for (let i = 0, pair = 0; i < nUses; i++) {
      pixels[i * nUses + i] = index(1);
      for (let j = i + 1; j < nUses; j++, pair++) {
        pixels[i * nUses + j] = pixels[j * nUses + i] = index(mix.cosines[pair]);
      }
    }
    this.small.getContext("2d").putImageData(this.image, 0, 0);
    const context = this.canvas.getContext("2d");
    const side = this.canvas.width - Matrix.EDGE;
    const unit = side / nUses;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.small, Matrix.EDGE, Matrix.EDGE, side, side);
    for (const { start, end, colour } of this.groups) {
      context.fillStyle = colour;
      const [from, length] = [Matrix.EDGE + start * unit + 1, (end - start) * unit - 2];
      context.fillRect(0, from, Matrix.EDGE - 8, length);
      context.fillRect(from, 0, length, Matrix.EDGE - 8);
    }
    context.lineWidth = 4;
    context.strokeStyle = "#ffffff";
    context.strokeRect(Matrix.EDGE, Matrix.EDGE + use * unit, side, unit);
    context.lineWidth = 2;
    context.strokeStyle = "#111111";
    context.strokeRect(Matrix.EDGE, Matrix.EDGE + use * unit, side, unit);
    if (cell) {
      context.lineWidth = 5;
      context.strokeStyle = "#D55E00";
      context.strokeRect(Matrix.EDGE + cell[1] * unit, Matrix.EDGE + cell[0] * unit, unit, unit);
    }
  }

  /** Row and column under a pointer. */
  cellOf(event) {
    const box = this.canvas.getBoundingClientRect();
    const edge = (Matrix.EDGE / this.canvas.width) * box.width;
    const place = (offset) => Math.floor(((offset - edge) / (box.width - edge)) * this.nUses);
    const cell = [place(event.clientY - box.top), place(event.clientX - box.left)];
    return cell.every((k) => k >= 0 && k < this.nUses) ? cell : null;
  }
}
Matrix.EDGE = 26;

class UseMap {
  constructor(box, uses) {
    this.nUses = uses.length;
    this.extent = 1; // the largest coordinate that any layer has
    this.svg = svg("svg", { viewBox: "0 0 400 400", role: "img" });
    box.replaceChildren(this.svg);
    svg("rect", { class: "axis", x: 0.5, y: 0.5, width: 399, height: 399, fill: "none" }, this.svg);
    svg("path", { class: "axis", d: "M200,0V400M0,200H400" }, this.svg);
    this.bar = svg("path", { class: "scale-bar" }, this.svg);
    this.barText = svg("text", { x: 14, y: 380, style: "font-size:15px" }, this.svg);
    this.ring = svg("circle", { r: 11, class: "outline", "stroke-width": 2 }, this.svg);
    this.points = uses.map((use, i) => {
      const point = svg("g", { class: "use", "data-use": i }, this.svg);
      svg("path", { d: SHAPES[use.shape], fill: use.colour, stroke: "#333", "stroke-width": 0.7 }, point);
      return point;
    });
  }

  /** The picture keeps its frame; gamma only changes what its scale bar stands for. */
  draw(mix, gamma, use) {
    const unit = 185 / this.extent;
    for (let i = 0; i < this.nUses; i++) {
      const x = 200 + unit * mix.coordinates[2 * i];
      const y = 200 - unit * mix.coordinates[2 * i + 1];
      this.points[i].setAttribute("transform", `translate(${x.toFixed(2)},${y.toFixed(2)})`);
      if (i === use) this.ring.setAttribute("transform", `translate(${x.toFixed(2)},${y.toFixed(2)})`);
    }
    const third = (this.extent * gamma) / 3;
    const power = 10 ** Math.floor(Math.log10(third));
    const round = [5, 2, 1].find((k) => k * power <= third) * power;
    this.bar.setAttribute("d", `M14,388h${((round / gamma) * unit).toFixed(1)}`);
    this.barText.textContent = `length ${Number(round.toPrecision(1))}`;
  }
}

/** Save a picture: an svg element, or a canvas, as PNG or SVG, made here in the browser. */
async function savePicture(source, format, name) {
  const [width, height] = source instanceof HTMLCanvasElement ? [source.width, source.height] : source.viewBox.baseVal ? [source.viewBox.baseVal.width, source.viewBox.baseVal.height] : [400, 400];
  let picture;
  if (source instanceof HTMLCanvasElement) {
    picture = svg("svg", { viewBox: `0 0 ${width} ${height}` });
    svg("image", { href: source.toDataURL(), width, height, style: "image-rendering:pixelated" }, picture);
  } else {
    picture = source.cloneNode(true);
    const from = source.querySelectorAll("*");
    picture.querySelectorAll("*").forEach((element, i) => {
      const style = getComputedStyle(from[i]);
      for (const key of ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "opacity", "font-size", "font-family"]) {
        element.style.setProperty(key, style.getPropertyValue(key));
      }
    });
  }
  for (const [key, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height })) picture.setAttribute(key, value);
  const background = getComputedStyle(document.querySelector(".stApp") ?? document.body).backgroundColor;
  picture.prepend(svg("rect", { x: -20, y: -20, width: width + 40, height: height + 40, fill: background }));
  let blob = new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
  if (format === "png") {
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    await image.decode();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 3 * width, height: 3 * height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  }
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(blob), download: `${name}.${format}` });
  link.click();
}
