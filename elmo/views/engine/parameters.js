// The state as parameters of an address, in the words that stand on the screen.
import { CHOICES } from "./choices.js";
import { COMPARED } from "./scene.js";

/** Field of the state -> [value, text] pairs; other fields are their own text. */
const TEXTS = {
  compared: Object.entries(COMPARED),
  ...Object.fromEntries(Object.entries(CHOICES).map(([field, { table }]) => [field, Object.entries(table).map(([name, { text }]) => [name, text])])),
};

/**
 * A state as { parameter: text }. names: field -> parameter; "compared" and "representation" together
 * name a representation. others: other texts of an address, { field: { text: value } }; what is written
 * is the first of a value's texts.
 */
export function parametersOf(scene, { names, others = {} }) {
  const values = {};
  for (const [field, name] of Object.entries(names)) {
    const value = { compared: scene.now.compared, representation: scene.now.label }[field] ?? scene.state[field];
    const texts = [...(TEXTS[field] ?? []), ...Object.entries(others[field] ?? {}).map(([text, key]) => [key, text])];
    values[name] = texts.find(([key]) => key === value)?.[1] ?? written(field, value);
  }
  return values;
}

function written(field, value) {
  if (field === "selection") return value.map((use) => use + 1).join(",");
  if (field === "weights") return value.map((weight) => Number(weight.toPrecision(4))).join(",");
  return String(value);
}

/** The state that parameters (a Map or URLSearchParams) tell; `Scene.checked` leaves out what cannot be. */
export function stateOf(scene, parameters, { names, others = {} }) {
  const state = {};
  const value = (field) => {
    const text = names[field] && parameters.get(names[field]);
    if (!text) return null;
    return others[field]?.[text] ?? TEXTS[field]?.find(([, said]) => said === text)?.[0] ?? text;
  };
  for (const field of ["order", "matrixOrder", "under", "colour", "method", "movers"]) state[field] = value(field);
  if (value("selection")) state.selection = value("selection").split(",").map((number) => Number(number) - 1);
  if (value("weights")) state.weights = value("weights").split(",").map(Number);
  const label = (value("representation") ?? "").toLowerCase();
  const compared = value("compared");
  for (const one of scene.byName.values()) {
    const isOf = one.compared === (scene.families.includes(compared) ? compared : scene.families[0]);
    if (isOf && [label, `layer ${label}`].includes(one.label.toLowerCase())) state.representation = one.name;
  }
  return state;
}
