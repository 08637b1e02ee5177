// A button that copies the page's address. The address holds the view (word, layer, weights, …).
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const say = parentElement.querySelector("[role=status]");
  button.textContent = data.label;
  button.onclick = async () => {
    const address = window.location.href;
    try {
      await navigator.clipboard.writeText(address);
      say.textContent = "Copied.";
    } catch {
      // Without permission: show it, selected, to copy by hand.
      const field = parentElement.querySelector("input");
      field.hidden = false;
      field.value = address;
      field.select();
      say.textContent = "Press Ctrl+C to copy.";
    }
    setTimeout(() => (say.textContent = ""), 4000);
  };
}
