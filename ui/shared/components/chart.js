// Draw a Plotly figure, and change it in place when a new one comes. (Streamlit's own chart is removed and built again.)
// Charts on the screen are drawn first, the others when the browser has time. data.plotly is the address of Plotly's
// script on this server.
const drawings = new WeakMap();
const CAPTION_PIXELS = 26;

export default function ({ parentElement, data, setTriggerValue }) {
  const place = parentElement.querySelector("[role=figure]");
  if (!drawings.has(place)) drawings.set(place, new Drawing(place));
  const drawing = drawings.get(place);
  drawing.tell = setTriggerValue;
  drawing.take(data);
  // When new data comes during a call, Streamlit ends that call, while the next may have drawn here already:
  // only the end of the last call ends the drawing.
  const call = (drawing.call = Symbol());
  return () => drawing.call === call && drawing.end();
}

/** Plotly; the first chart loads its script. */
function plotly(address) {
  window.elmoPlotly ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = new URL(address, location.href);
    script.onload = () => done(window.Plotly);
    script.onerror = () => {
      delete window.elmoPlotly;
      failed(new Error("The drawing script could not be loaded from this server."));
    };
    document.head.append(script);
  });
  return window.elmoPlotly;
}

class Drawing {
  constructor(place) {
    this.place = place;
    this.chart = place.querySelector(".chart");
    this.sizes = new ResizeObserver(() => this.ask());
    this.sizes.observe(place);
    this.ending = new AbortController();
    const { signal } = this.ending;
    place.savePicture = (format) => this.save(format); // for the buttons below the chart
    document.addEventListener("fullscreenchange", () => this.ask(), { signal });
  }

  take(data) {
    this.data = data;
    this.theme = themeOf(this.place);
    this.place.setAttribute("aria-label", data.alt);
    if (data.figure !== this.text) {
      this.text = data.figure;
      this.figure = JSON.parse(data.figure);
      this.chart.style.minHeight = `${this.height()}px`;
    }
    this.ask();
  }

  height() {
    const isFull = document.fullscreenElement === this.place;
    return isFull ? window.innerHeight : this.figure.layout.height ?? 450;
  }

  /** Draw the figure if it, the theme or the size has changed: at once if the chart is on the screen. */
  ask() {
    const width = Math.floor(this.place.clientWidth);
    if (!width) return; // in a folded part of the page, whose size changes when it is unfolded
    const wanted = [this.text, JSON.stringify(this.theme), width, this.height()].join(" ");
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.place.setAttribute("aria-busy", "true");
    cancelIdleCallback(this.later);
    const box = this.place.getBoundingClientRect();
    const isSeen = box.bottom > 0 && box.top < window.innerHeight;
    if (isSeen) this.draw(width);
    else this.later = requestIdleCallback(() => this.draw(width), { timeout: 1000 });
  }

  async draw(width) {
    const wanted = this.wanted;
    const { signal } = this.ending;
    try {
      const Plotly = (this.Plotly = await plotly(this.data.plotly));
      if (signal.aborted || wanted !== this.wanted) return;
      const layout = { ...this.figure.layout, width, height: this.height(), template: template(this.theme) };
      if (!glides(this.drawn, this.figure)) delete layout.transition;
      // Plotly.react fails between flat and 3-D axes: remove the old drawing first.
      if (this.failed || !this.drawn || isSolid(this.drawn) !== isSolid(this.figure)) this.empty();
      const copy = this.figure.data.map((trace) => ({ ...trace })); // Plotly writes into its traces
      await Plotly.react(this.chart, copy, layout, this.config());
      if (signal.aborted) return;
      this.drawn = this.figure;
      this.listen();
    } catch (error) {
      if (signal.aborted) return;
      this.empty();
      this.failed = true;
      this.chart.textContent = `This picture cannot be drawn: ${error.message} Its numbers are in the table below it.`;
    }
    if (wanted === this.wanted) this.place.removeAttribute("aria-busy");
  }

  /** Remove the drawing, or the error message in its place. */
  empty() {
    this.Plotly?.purge(this.chart);
    this.chart.replaceChildren();
    this.failed = false;
    this.drawn = undefined;
  }

  /** Plotly's settings, always the same object: with another object Plotly builds the chart again. */
  config() {
    if (this.settings) return this.settings;
    const remove = ["toImage", "autoScale2d", "lasso2d", "select2d"];
    return (this.settings = {
      ...this.data.config,
      displayModeBar: "hover",
      modeBarButtonsToRemove: remove,
      modeBarButtonsToAdd: [
        { name: "Save as PNG", title: "Save as PNG", icon: this.Plotly.Icons.camera, click: () => this.save("png") },
        { name: "Full screen", title: "Full screen", icon: FULL_SCREEN, click: () => this.fill() },
      ],
    });
  }

  /** Save the picture with its caption on a light ground, whatever the page's theme is. */
  save(format) {
    if (!this.Plotly || this.failed || !this.drawn) return false;
    const { data, layout } = this.chart;
    const size = { width: this.chart.clientWidth, height: this.height() + CAPTION_PIXELS };
    const margin = { ...layout.margin, b: (layout.margin?.b ?? 80) + CAPTION_PIXELS };
    const title = { text: this.data.caption, x: 0.01, y: 0.005, yref: "container", yanchor: "bottom", font: { size: 12 } };
    const paper = template({ text: "#111111", paper: "#ffffff", line: "#c8c8c8", font: "Helvetica, Arial, sans-serif" }); // an image does not have the page's fonts
    const picture = { data, layout: { ...layout, ...size, margin, title, template: paper, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff" } };
    this.Plotly.downloadImage(picture, { format, filename: this.data.name, scale: format === "png" ? 3 : 1, ...size });
    return true;
  }

  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.place.requestFullscreen();
  }

  /** Add the event handlers; after each drawing, since Plotly removes them when it builds a chart again. */
  listen() {
    // Not for the keyboard: the buttons below the chart do the same.
    for (const button of this.chart.querySelectorAll(".modebar-btn")) button.tabIndex = -1;
    const rows = (points) => points.map(({ customdata }) => [customdata].flat()[0]).filter(Number.isInteger);
    const heard = {
      plotly_selected: (chosen) => {
        if (this.data.selects && chosen?.points) this.tell("rows", rows(chosen.points));
      },
      plotly_deselect: () => this.data.selects && this.tell("rows", []),
      plotly_click: ({ points: [point] }) => {
        if (Array.isArray(point.pointNumber)) this.tell("cell", point.pointNumber); // of a heat map
        else if (this.data.selects && "z" in point) this.tell("rows", rows([point])); // 3-D has no plotly_selected
      },
    };
    for (const [event, hear] of Object.entries(heard)) {
      this.chart.removeAllListeners(event);
      this.chart.on(event, hear);
    }
  }

  /** Remove the drawing; a later call begins a new one. */
  end() {
    drawings.delete(this.place);
    this.ending.abort();
    this.sizes.disconnect();
    cancelIdleCallback(this.later);
    this.Plotly?.purge(this.chart);
  }
}

/** True if a figure has three axes. */
function isSolid(figure) {
  return figure.data.some(({ type }) => type?.endsWith("3d"));
}

/** True if the same points have moved: only then is a figure's transition of use. */
function glides(before, now) {
  if (!before || !now.layout.transition || matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
  const all = (figure, name) => JSON.stringify(figure.data.map((trace) => trace[name]));
  return all(before, "ids") === all(now, "ids") && all(before, "x") !== all(now, "x");
}

function themeOf(place) {
  const style = getComputedStyle(place);
  const value = (name) => style.getPropertyValue(`--st-${name}`).trim();
  return {
    text: value("text-color"), paper: value("background-color"), line: value("border-color"), font: value("font"),
  };
}

/** The font and colours of the page, for all that a figure does not set. */
function template({ text, paper, line, font }) {
  const small = { color: text, family: font, size: 12 };
  const axis = {
    gridcolor: line, zerolinecolor: line, tickcolor: line, tickfont: small, automargin: true,
    title: { font: { ...small, size: 14 }, standoff: 18 },
  };
  const scene = { ...axis, color: text, backgroundcolor: paper };
  return {
    data: {},
    layout: {
      font: small, paper_bgcolor: paper, plot_bgcolor: paper, margin: { pad: 8 },
      xaxis: { ...axis, showgrid: false, zeroline: false }, yaxis: axis,
      scene: { xaxis: scene, yaxis: scene, zaxis: scene },
      legend: { font: small, title: { font: small }, bordercolor: "transparent" },
      hoverlabel: { bgcolor: paper, bordercolor: line, font: { ...small, size: 13 } },
      coloraxis: { colorbar: { outlinewidth: 0, tickfont: small } },
      modebar: { uirevision: "kept", bgcolor: "transparent", color: text, activecolor: text },
    },
  };
}

const FULL_SCREEN = {
  width: 448, height: 512,
  path: "M32 32C14.3 32 0 46.3 0 64v96c0 17.7 14.3 32 32 32s32-14.3 32-32V96h64c17.7 0 32-14.3 32-32s-14.3-32-32-32H32zM64 352c0-17.7-14.3-32-32-32s-32 14.3-32 32v96c0 17.7 14.3 32 32 32h96c17.7 0 32-14.3 32-32s-14.3-32-32-32H64V352zM320 32c-17.7 0-32 14.3-32 32s14.3 32 32 32h64v64c0 17.7 14.3 32 32 32s32-14.3 32-32V64c0-17.7-14.3-32-32-32H320zM448 352c0-17.7-14.3-32-32-32s-32 14.3-32 32v64H320c-17.7 0-32 14.3-32 32s14.3 32 32 32h96c17.7 0 32-14.3 32-32V352z",
};
