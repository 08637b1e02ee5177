// A saved page: the exploration stands in the page itself, the state in its address.
import { Explorer } from "./explorer.js";

/** The address after "#" as a state: lists are numbers with commas between them. */
export function readAddress(text) {
  const values = Object.fromEntries(new URLSearchParams(text));
  for (const name of ["selection", "weights"]) {
    if (name in values) values[name] = values[name] ? values[name].split(",").map(Number) : [];
  }
  return values;
}

export function writeAddress(state) {
  return new URLSearchParams(Object.entries(state).map(([name, value]) => [name, [value].flat().join(",")])).toString();
}

const WRITE_AFTER_MS = 120; // a browser takes its time for a new address

const data = JSON.parse(document.getElementById("exploration").textContent);
let writing = null;
const readLink = () => readAddress(location.hash.slice(1));
const explorer = new Explorer(document.getElementById("explorer"), data, {
  start: readLink(),
  tell: (state) => {
    clearTimeout(writing);
    writing = setTimeout(() => history.replaceState(null, "", `#${writeAddress(state)}`), WRITE_AFTER_MS);
  },
});
explorer.setLink(readLink());
window.addEventListener("hashchange", () => explorer.setLink(readLink()));
