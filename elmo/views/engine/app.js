// The explorer in Streamlit: the exploration is sent once; what is set in it stays in the browser.
import { Explorer } from "./explorer.js";

const explorers = new WeakMap();

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".explorer-place");
  const before = explorers.get(root);
  if (before?.key === data.key) return;
  before?.explorer.end();
  const explorer = new Explorer(root, JSON.parse(data.exploration));
  explorers.set(root, { key: data.key, explorer });
}
