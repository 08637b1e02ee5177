// Save the chart in the container data.key as PNG or SVG, in the browser; see chart.js.
export default function ({ parentElement, data }) {
  const say = parentElement.querySelector("[role=status]");
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () => {
      const place = document.querySelector(`.st-key-${data.key} .chart-place`);
      say.textContent = place?.savePicture?.(button.dataset.format) ? "" : "The picture is not ready yet.";
    };
  }
}
