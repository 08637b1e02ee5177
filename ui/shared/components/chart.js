// Draw a Plotly figure in place: what a new figure changes is changed, the rest stays, where
// Streamlit's own chart is taken down and built anew. Charts on the screen come first, the others
// when the browser has time. Plotly's script comes from this server, data.plotly.
const drawings = new WeakMap();
const CAPTION_PIXELS = 26;

export default function ({ parentElement, data, setTriggerValue }) {
  const place = parentElement.querySelector("[role=figure]");
  if (!drawings.has(place)) drawings.set(place, new Drawing(place));
  const drawing = drawings.get(place);
  drawing.tell = setTriggerValue;
  drawing.take(data);
  // Where new data overtook a call, Streamlit ends that call at once, when the next may already have
  // drawn here: only the last one's end is the end.
  const call = (drawing.call = Symbol());
  return () => drawing.call === call && drawing.end();
}

/** Plotly, fetched once by the first chart that is drawn. */
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

  /** Draw if what is drawn is not what is wanted: at once where it can be seen. */
  ask() {
    const width = Math.floor(this.place.clientWidth);
    if (!width) return; // in a closed part of the page: its size will change when it opens
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
      // Plotly.react fails when 3-D axes replace flat ones, or flat ones 3-D axes: begin anew.
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

  /** Take down what was drawn, or the message that nothing could be. */
  empty() {
    this.Plotly?.purge(this.chart);
    this.chart.replaceChildren();
    this.failed = false;
    this.drawn = undefined;
  }

  /** Made once: Plotly builds a chart anew when its settings are other objects. */
  config() {
    if (this.settings) return this.settings;
    const remove = ["toImage", "autoScale2d", ...(this.data.lasso ? [] : ["lasso2d", "select2d"])];
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

  /** Save what is seen, on a light ground and with its caption, whatever the page's colours are. */
  save(format) {
    if (!this.Plotly || this.failed || !this.drawn) return false;
    const { data, layout } = this.chart;
    const size = { width: this.chart.clientWidth, height: this.height() + CAPTION_PIXELS };
    const margin = { ...layout.margin, b: (layout.margin?.b ?? 80) + CAPTION_PIXELS };
    const title = { text: this.data.caption, x: 0.01, y: 0.005, yref: "container", yanchor: "bottom", font: { size: 12 } };
    const paper = template({ text: "#111111", paper: "#ffffff", line: "#c8c8c8", font: "Helvetica, Arial, sans-serif" }); // an image has no fonts of the page
    const picture = { data, layout: { ...layout, ...size, margin, title, template: paper, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff" } };
    this.Plotly.downloadImage(picture, { format, filename: this.data.name, scale: format === "png" ? 3 : 1, ...size });
    return true;
  }

  fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.place.requestFullscreen();
  }

  /** After each drawing, as Plotly drops what listens when it builds a chart anew. */
  listen() {
    // The icons are for the pointer; what they do is also in the buttons below the chart.
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

  /** Let go of the place; a call that comes after begins anew. */
  end() {
    drawings.delete(this.place);
    this.ending.abort();
    this.sizes.disconnect();
    cancelIdleCallback(this.later);
    this.Plotly?.purge(this.chart);
  }
}

/** Whether a figure has three axes. */
function isSolid(figure) {
  return figure.data.some(({ type }) => type?.endsWith("3d"));
}

/** Whether the same points have moved: only then does a figure's transition show something. */
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

/** What a figure leaves open: the page's font and colours. */
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
