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

const data = JSON.parse(document.getElementById("exploration").textContent);
const explorer = new Explorer(document.getElementById("explorer"), data, {
  start: readAddress(location.hash.slice(1)),
  tell: (state) => history.replaceState(null, "", `#${writeAddress(state)}`),
});
window.addEventListener("hashchange", () => explorer.setState(readAddress(location.hash.slice(1))));
