// Elements made of a description. Text enters by textContent only, never as HTML.

/** make("button.plain", { text: "Save", onclick: save, aria: { pressed: true } }, child, …) */
export function make(what, options = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  const { text, aria = {}, data = {}, ...properties } = options;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(aria)) element.setAttribute(name === "role" ? "role" : `aria-${name}`, value);
  Object.assign(element.dataset, data);
  Object.assign(element, properties);
  element.append(...children);
  return element;
}

/** Set an element's text where it differs: the browser lays out again what is written, even the same text. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let numbered = 0;

/** A label with its field. */
export function labelled(text, field) {
  field.id ||= `elmo-field-${++numbered}`;
  return make("span.field", {}, make("label", { text, htmlFor: field.id }), field);
}

/** A select of [value, text] pairs that tells its value when it changes. */
export function select(options, tell) {
  const field = make("select", {}, ...options.map(([value, text]) => make("option", { value, text })));
  field.onchange = () => tell(field.value);
  return field;
}

/** Buttons of which one is pressed; `show` marks it. */
export function choice(name, tell) {
  const group = make("div.choice", { aria: { role: "group", label: name } });
  const show = (options, value) => {
    const key = JSON.stringify(options);
    if (group.dataset.options !== key) {
      group.dataset.options = key;
      group.replaceChildren(...options.map(([option, text]) => make("button", { type: "button", text, data: { value: option }, onclick: () => tell(option) })));
    }
    for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.value === value));
  };
  return { element: group, show };
}

/** The picture of a group's sign, to stand in a line of text, perhaps with a number in it. */
export function sign({ shape, colour, text }, path, number = "") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "-8 -8 16 16");
  svg.setAttribute("aria-hidden", "true");
  const outline = document.createElementNS(space, "path");
  outline.setAttribute("d", path);
  outline.setAttribute("fill", colour);
  svg.append(outline);
  if (number) {
    const inner = document.createElementNS(space, "text");
    inner.setAttribute("y", shape === "triangle-up" ? "4" : "2.8");
    inner.setAttribute("text-anchor", "middle");
    inner.setAttribute("fill", text);
    inner.textContent = number;
    svg.append(inner);
  }
  return svg;
}
