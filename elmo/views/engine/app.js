// The explorer in Streamlit: the exploration is sent once; what is set in it stays in the browser and in
// the address. Python hears of it where something outside of the explorer shows it too.
import { Explorer } from "./explorer.js";
import { parametersOf, stateOf } from "./parameters.js";

const explorers = new WeakMap();
const TELL_AFTER_MS = 250;
const WRITE_AFTER_MS = 120; // a browser takes its time for a new address

/**
 * data: key and exploration (text); parts; start (parameters where the address has none) and address (see
 * parameters.js); follow: whether Python wants each state; asks: whether it takes senses to test.
 */
export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".explorer-place");
  let view = explorers.get(root);
  if (view?.data.key !== data.key || JSON.stringify(view.data.start) !== JSON.stringify(data.start)) {
    view = mounted(root, data, view);
    explorers.set(root, view);
  }
  Object.assign(view, { data, setStateValue, setTriggerValue });
  tellPython(view);
}

function mounted(root, data, before) {
  const view = { data };
  const explorer = new Explorer(root, JSON.parse(data.exploration), {
    parts: data.parts ?? undefined,
    mapsFirst: data.mapsFirst,
    isBrief: data.brief,
    isFolded: data.folded,
    tell: () => {
      clearTimeout(view.writing);
      view.writing = setTimeout(() => writeAddress(view), WRITE_AFTER_MS);
      clearTimeout(view.waiting);
      view.waiting = setTimeout(() => tellPython(view), TELL_AFTER_MS);
    },
    ask: data.asks ? (labels) => view.setTriggerValue("senses", labels) : null,
  });
  view.explorer = explorer;
  const { scene } = explorer;
  const { address } = data;
  if (!address) return view;
  const { weights, ...start } = stateOf(scene, new Map(Object.entries(data.start)), address);
  explorer.setState(start);
  view.usual = parametersOf(scene, address); // an address need not tell this; weights set elsewhere it must
  explorer.setState({ weights });
  if (before) explorer.setState(stateThatStays(before, data));
  else explorer.setLink(stateOf(scene, new URLSearchParams(location.search), address));
  before?.explorer.end();
  clearTimeout(before?.writing);
  explorer.panels.map?.settle();
  writeAddress(view);
  return view;
}

/** What stays of a former view: what was chosen in it; of other uses no selection. */
function stateThatStays({ explorer, data, usual }, { uses, start }) {
  const { selection, ...rest } = explorer.state;
  const now = parametersOf(explorer.scene, data.address);
  const { compared, representation } = data.address.names;
  if ([compared, representation].every((name) => now[name] === usual[name])) delete rest.representation;
  // What the page begins with otherwise now, such as UMAP that was asked for, is taken from it.
  for (const [field, name] of Object.entries(data.address.names)) {
    if (data.start[name] !== start[name]) delete rest[field];
  }
  return data.uses === uses ? { selection, ...rest } : rest;
}

/** Into the address, without a request; components/address.js keeps it there when Streamlit writes. */
function writeAddress({ explorer, data, usual }) {
  if (!data.address) return;
  const { names } = data.address;
  const now = parametersOf(explorer.scene, data.address);
  // What is shown first depends on the model, so a link always names it.
  const isTold = (name) => [names.compared, names.representation].includes(name) || now[name] !== usual[name];
  const changed = Object.entries(now).map(([name, text]) => [name, isTold(name) ? text : null]);
  window.elmoAddress?.show(Object.fromEntries(changed));
}

function tellPython(view) {
  if (!view.data.follow) return;
  const state = JSON.stringify(view.explorer.state);
  if (view.sent === state) return;
  view.sent = state;
  view.setStateValue("state", { key: view.data.key, ...view.explorer.state });
}
