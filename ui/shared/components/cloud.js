// A map of very many dots on a canvas. The browser has the dots of all layers, so that a change of layer moves every dot.
// The wheel, + and − zoom; dragging and the arrow keys move; a press, or Enter, chooses the nearest dots.

const clouds = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const frame = parentElement.querySelector(".cloud");
  let cloud = clouds.get(frame);
  if (!cloud || cloud.data.key !== data.key) {
    cloud = new Cloud(frame, data);
    clouds.set(frame, cloud);
    frame.cloud = cloud; // for tests
  }
  cloud.tell = (near) => setStateValue("near", near);
}

function decode(text, Kind) {
  return new Kind(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

/** "#0072B2" -> [0, 114, 178]. */
function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** The numbers below n in a fixed random order; painted in it, no group of dots covers another. */
function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((seed / 2 ** 32) * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

class Cloud {
  constructor(frame, data) {
    Object.assign(this, { frame, data, layer: data.start, only: null, near: [], frames: [] });
    this.layers = data.layers.map((text) => decode(text, Int16Array));
    this.groups = decode(data.groups, Uint8Array);
    this.n = this.groups.length;
    this.order = shuffled(this.n);
    this.now = Float32Array.from(this.layers[this.layer]);
    this.view = { x: 0, y: 0, zoom: 1 };
    this.canvas = frame.querySelector("canvas");
    this.canvas.setAttribute("aria-label", data.alt);
    this.buildButtons();
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    this.draw();
  }

  buildButtons() {
    const make = (place, texts, press) => {
      const buttons = texts.map((text, i) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = text;
        button.onclick = () => press(i);
        return button;
      });
      this.frame.querySelector(place).replaceChildren(...buttons);
      return buttons;
    };
    this.layerButtons = make(".layers", this.data.names, (i) => this.moveTo(i));
    this.groupButtons = make(".groups", this.data.groupNames, (i) => {
      this.only = this.only === i ? null : i;
      this.mark();
      this.draw();
    });
    this.groupButtons.forEach((button, i) => {
      const dot = document.createElement("i");
      dot.style.background = this.data.colours[i];
      button.prepend(dot);
    });
    const save = document.createElement("button");
    save.type = "button";
    save.textContent = "PNG";
    save.setAttribute("aria-label", "Save as PNG: the map");
    save.onclick = () => this.canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${this.data.name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    this.frame.querySelector(".save").replaceChildren(save);
    this.mark();
  }

  mark() {
    this.layerButtons.forEach((button, i) => button.setAttribute("aria-pressed", i === this.layer));
    this.groupButtons.forEach((button, i) => button.setAttribute("aria-pressed", i === this.only));
    this.frame.querySelector(".note").textContent = this.data.notes[this.layer];
  }

  moveTo(layer) {
    this.layer = layer;
    this.mark();
    const [from, to] = [this.now.slice(), this.layers[layer]];
    const began = performance.now();
    const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 600;
    const step = (time) => {
      const done = duration ? Math.min(1, Math.max(0, (time - began) / duration)) : 1;
      const eased = done * done * (3 - 2 * done);
      for (let i = 0; i < to.length; i++) this.now[i] = from[i] + (to[i] - from[i]) * eased;
      this.draw();
      if (done < 1 && this.layer === layer) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /** The factors from a point to pixels of the canvas. */
  scale() {
    const side = Math.min(this.canvas.width, this.canvas.height) / 2;
    return { k: (side * this.view.zoom) / 33000, cx: this.canvas.width / 2, cy: this.canvas.height / 2 };
  }

  draw() {
    const began = performance.now();
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.canvas.clientWidth * ratio, this.canvas.clientHeight * ratio].map(Math.round);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    const { k, cx, cy } = this.scale();
    const size = Math.max(1, Math.round(ratio * (this.n > 20000 ? 1.5 : 2.5) * Math.min(3, Math.sqrt(this.view.zoom))));
    this.paint(context, width, height, size, k, cx, cy);
    context.strokeStyle = getComputedStyle(this.canvas).color;
    context.lineWidth = 2 * ratio;
    for (const i of this.near) {
      context.beginPath();
      context.arc(cx + (this.now[2 * i] - this.view.x) * k, cy - (this.now[2 * i + 1] - this.view.y) * k, 5 * ratio, 0, 7);
      context.stroke();
    }
    if (document.activeElement === this.canvas || this.canvas.getRootNode().activeElement === this.canvas) {
      context.beginPath();
      context.moveTo(cx - 8 * ratio, cy), context.lineTo(cx + 8 * ratio, cy);
      context.moveTo(cx, cy - 8 * ratio), context.lineTo(cx, cy + 8 * ratio);
      context.stroke();
    }
    this.frames.push(performance.now() - began);
    if (this.frames.length > 300) this.frames.shift();
  }

  /** Paint the dots as pixels of an image, much faster than with a call of fillRect for each. */
  paint(context, width, height, size, k, cx, cy) {
    const image = context.createImageData(width, height);
    const { data: pixels } = image;
    const opacity = this.n > 20000 ? 0.55 : 0.8;
    const colours = this.data.colours.map(rgb);
    // Faint dots lie below the others.
    for (const faint of this.only === null ? [false] : [true, false]) {
      const alpha = faint ? 0.25 : opacity;
      for (const i of this.order) {
        const group = this.groups[i];
        if (this.only !== null && (group !== this.only) !== faint) continue;
        const [r, g, b] = faint ? [128, 128, 128] : colours[group];
        const left = Math.round(cx + (this.now[2 * i] - this.view.x) * k - size / 2);
        const top = Math.round(cy - (this.now[2 * i + 1] - this.view.y) * k - size / 2);
        if (left < 0 || top < 0 || left + size > width || top + size > height) continue;
        for (let y = top; y < top + size; y++) {
          for (let p = 4 * (y * width + left), x = 0; x < size; x++, p += 4) {
            const under = (pixels[p + 3] / 255) * (1 - alpha);
            const over = alpha + under;
            pixels[p] = (r * alpha + pixels[p] * under) / over;
            pixels[p + 1] = (g * alpha + pixels[p + 1] * under) / over;
            pixels[p + 2] = (b * alpha + pixels[p + 2] * under) / over;
            pixels[p + 3] = 255 * over;
          }
        }
      }
    }
    context.putImageData(image, 0, 0);
  }

  zoomAt(px, py, factor) {
    const before = this.scale();
    const [x, y] = [(px - before.cx) / before.k + this.view.x, this.view.y - (py - before.cy) / before.k];
    this.view.zoom = Math.min(400, Math.max(0.5, this.view.zoom * factor));
    const after = this.scale();
    this.view.x = x - (px - after.cx) / after.k;
    this.view.y = y + (py - after.cy) / after.k;
    this.draw();
  }

  choose(px, py) {
    const { k, cx, cy } = this.scale();
    const [x, y] = [(px - cx) / k + this.view.x, this.view.y - (py - cy) / k];
    const nearest = [];
    for (let i = 0; i < this.n; i++) {
      if (this.only !== null && this.groups[i] !== this.only) continue;
      const d = (this.now[2 * i] - x) ** 2 + (this.now[2 * i + 1] - y) ** 2;
      if (nearest.length < this.data.nNear || d < nearest.at(-1)[0]) {
        let at = nearest.length;
        while (at > 0 && nearest[at - 1][0] > d) at--;
        nearest.splice(at, 0, [d, i]);
        if (nearest.length > this.data.nNear) nearest.pop();
      }
    }
    this.near = nearest.map(([, i]) => i);
    this.draw();
    this.tell({ key: this.data.key, layer: this.layer, points: this.near });
  }

  listen() {
    const { canvas } = this;
    const place = (event) => {
      const ratio = canvas.width / canvas.clientWidth;
      return [event.offsetX * ratio, event.offsetY * ratio];
    };
    let last = null;
    let moved = 0;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      [last, moved] = [place(event), 0];
    };
    canvas.onpointermove = (event) => {
      if (!last) return;
      const next = place(event);
      const { k } = this.scale();
      moved += Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]);
      this.view.x -= (next[0] - last[0]) / k;
      this.view.y += (next[1] - last[1]) / k;
      last = next;
      this.draw();
    };
    canvas.onpointerup = (event) => {
      if (last && moved < 5) this.choose(...place(event));
      last = null;
    };
    canvas.onpointercancel = () => { last = null; };
    canvas.onwheel = (event) => {
      event.preventDefault();
      this.zoomAt(...place(event), Math.exp(-event.deltaY / 400));
    };
    canvas.onfocus = canvas.onblur = () => this.draw();
    canvas.onkeydown = (event) => {
      const [cx, cy] = [canvas.width / 2, canvas.height / 2];
      const step = 40 / this.scale().k;
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (move) {
        this.view.x += move[0] * step;
        this.view.y += move[1] * step;
        this.draw();
      } else if (event.key === "+" || event.key === "=") this.zoomAt(cx, cy, 1.5);
      else if (event.key === "-") this.zoomAt(cx, cy, 1 / 1.5);
      else if (event.key === "Home") { this.view = { x: 0, y: 0, zoom: 1 }; this.draw(); }
      else if (event.key === "Enter") this.choose(cx, cy);
      else return;
      event.preventDefault();
    };
  }
}
