// Save the Plotly chart of the container named by data.key as PNG or SVG, in the browser.
// Plotly's own "download" button is pressed after it has been told the format.
export default function ({ parentElement, data }) {
  const say = parentElement.querySelector("[role=status]");
  const save = (format) => {
    const chart = document.querySelector(`.st-key-${data.key} .js-plotly-plot`);
    const press = chart?.querySelector('.modebar-btn[data-attr="toImage"], .modebar-btn[data-title^="Download"]');
    if (!press) {
      say.textContent = "The picture is not ready yet.";
      return;
    }
    const style = getComputedStyle(document.querySelector(".stApp") ?? document.body);
    Object.assign(chart._context.toImageButtonOptions, {
      format, filename: data.name, scale: format === "png" ? 3 : 1,
      width: chart.clientWidth, height: chart.clientHeight,
    });
    chart._fullLayout.paper_bgcolor = style.backgroundColor;
    press.click();
    say.textContent = "";
  };
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () => save(button.dataset.format);
  }
}
