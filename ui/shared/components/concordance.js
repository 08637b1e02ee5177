// Keyword in context: a line for each use. A press on a line, or Enter, chooses it.
// Data: rows [{number, sense, left, word, right, near: {number, sense} or null, cosine}],
// groups [{sense, colour, text, shape}], chosen (row or null), note (heading of the last column).
// All texts are set as textContent.
const SHAPES = {
  circle: "M11 1a10 10 0 1 0 .01 0z",
  diamond: "M11 0 22 11 11 22 0 11z",
  square: "M2 2h18v18H2z",
  "triangle-up": "M11 -3 24 21H-2z",
};

function mark(group, number) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 22 22");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[group.shape] ?? SHAPES.circle);
  path.setAttribute("fill", group.colour);
  const text = document.createElementNS(space, "text");
  text.setAttribute("x", "11");
  text.setAttribute("y", group.shape === "triangle-up" ? "17" : "15");
  text.setAttribute("text-anchor", "middle");
  text.setAttribute("fill", group.text);
  text.textContent = number;
  if (number.length > 2) text.setAttribute("class", "long");
  svg.append(path, text);
  return svg;
}

function cell(name, text) {
  const span = document.createElement("span");
  span.className = name;
  const inner = document.createElement("bdi");
  inner.textContent = text;
  span.append(inner);
  return span;
}

export default function ({ parentElement, data, setStateValue }) {
  const list = parentElement.querySelector("ol");
  list.setAttribute("aria-label", data.label);
  parentElement.querySelector(".head").textContent = data.note;
  const focused = [...list.querySelectorAll("button")].indexOf(parentElement.activeElement);
  list.replaceChildren();
  const groups = Object.fromEntries(data.groups.map((group) => [group.sense, group]));
  data.rows.forEach((row, index) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const chosen = data.chosen === index;
    button.type = "button";
    button.setAttribute("aria-pressed", String(chosen));
    button.className = data.chosen === null || chosen ? "" : "faint";
    button.title = row.left + row.word + row.right;
    const word = cell("word", row.word);
    word.style.setProperty("--group", groups[row.sense].colour);
    button.append(
      mark(groups[row.sense], row.number), cell("left", row.left), word, cell("right", row.right),
    );
    const note = cell("note", row.cosine);
    note.title = data.note;
    if (row.near) note.prepend(mark(groups[row.near.sense], row.near.number));
    button.append(note);
    button.onclick = () => setStateValue("chosen", chosen ? -1 : index);
    item.append(button);
    list.append(item);
    if (index === focused) button.focus();
  });
}
