// Tell which cell of the heat map in the container named by data.key was pressed: [row, column].
// The chart may be drawn anew at any time, so it is looked up when a press begins.
const tell = new WeakMap();

export default function ({ data, setTriggerValue }) {
  const box = document.querySelector(`.st-key-${data.key}`);
  if (!box) return;
  const listens = tell.has(box);
  tell.set(box, (cell) => setTriggerValue("cell", cell));
  if (listens) return;
  const heard = new WeakSet();
  box.addEventListener("pointerdown", () => {
    const chart = box.querySelector(".js-plotly-plot");
    if (!chart || heard.has(chart)) return;
    heard.add(chart);
    chart.on("plotly_click", ({ points }) => {
      const { pointNumber } = points[0];
      if (Array.isArray(pointNumber)) tell.get(box)(pointNumber);
    });
  }, true);
}
