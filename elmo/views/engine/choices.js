// The choices that a person has in the pictures: a table for each field of the state.
import { COLOURINGS } from "./colourings.js";
import { MATRIX_ORDERS, ORDERS } from "./orders.js";

const UNDER = { nothing: { text: "nothing" }, substitutes: { text: "words that could stand there" } };

/** Field of the state -> its label, and its table: name -> { text, applies(scene) where the entry is not for every scene, … }. */
export const CHOICES = {
  order: { label: "Order of the lines", table: ORDERS },
  under: { label: "Under each line", table: UNDER },
  matrixOrder: { label: "Order of the matrix", table: MATRIX_ORDERS },
  colour: { label: "Colour", table: COLOURINGS },
};

/** Numbers of dots that moved most, to which lines are drawn. */
export const MOVERS = [0, 5, 10, 20];

/** [name, text] of each entry of a field that a scene can have. */
export function choicesOf(field, scene) {
  const entries = Object.entries(CHOICES[field].table).filter(([, { applies }]) => !applies || applies(scene));
  return entries.map(([name, { text }]) => [name, scene.hasSides && text === "sense" ? "side" : text]);
}

/** A sentence for each value in the state of a link that a scene cannot have. */
export function unknownChoices(state, scene) {
  return Object.entries(CHOICES).flatMap(([field, { label, table }]) => {
    if (!state[field] || choicesOf(field, scene).some(([name]) => name === state[field])) return [];
    return [`The link has “${state[field]}” for “${label}”, which these pictures do not have; they show “${table[scene.state[field]].text}”.`];
  });
}
