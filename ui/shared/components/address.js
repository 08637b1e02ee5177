// The first script of the page, before Streamlit's own.
//
// 1. Where the server is. Opened at /word, Streamlit would first look for it below /word, in vain.
const base = new URL(".", document.currentScript.src).href;
window.__streamlit = { BACKEND_BASE_URL: base, MAIN_PAGE_BASE_URL: base };

// 2. The history: opening a page adds one entry; whatever changes the address of the same page
// replaces that entry. Streamlit would add one for each parameter that the server writes. It also
// empties the address of a page before it opens the next one; the entry gets back what it had when
// the page was whole, so that Back finds the page as it was left.
//
// After Back or Forward, the address is that of the page reached, while the script of the page that was
// left may still send. What it sends must not change the address: it would add an entry, which deletes
// all entries ahead, or put its parameters into the address of another page.
const add = history.pushState;
let whole = ""; // the address when the page's script had run to its end
let isReached = false; // by Back or Forward, and no script has ended and nothing was pressed since
const titles = {}; // path -> title of the tab, of each page that was whole
history.pushState = function (state, title, address) {
  const next = new URL(address, location.href);
  if (next.pathname === location.pathname) return history.replaceState(state, title, address);
  if (isReached) return;
  if (whole && new URL(whole).pathname === location.pathname) replace.call(history, history.state, "", whole);
  shown = { path: "", values: {} };
  whole = "";
  uncover();
  return add.call(history, state, title, address);
};
for (const name of ["click", "keydown"]) addEventListener(name, () => (isReached = false), { capture: true });
/** On a narrow screen the sidebar, which has the list of pages there, lies over the page that was chosen. */
function uncover() {
  const sidebar = document.querySelector("[data-testid=stSidebar]");
  if (innerWidth >= 768 || !sidebar || sidebar.getBoundingClientRect().left < 0) return;
  sidebar.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
}
new MutationObserver(([{ target }]) => {
  if (target.dataset.testScriptState !== "notRunning") return;
  whole = location.href;
  if (!isReached) titles[location.pathname] = document.title;
  isReached = false;
}).observe(document, { subtree: true, attributeFilter: ["data-test-script-state"] });

// 3. What linked pictures show: they write it into the address themselves, without a request. An
// address that Streamlit writes for the same page does not know of it, so it is put in again.
let shown = { path: "", values: {} };
function withShown(address) {
  const next = new URL(address, location.href);
  if (next.pathname !== shown.path) return next;
  for (const [name, value] of Object.entries(shown.values)) {
    if (value === null) next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  return next;
}
const replace = history.replaceState;
history.replaceState = function (state, title, address) {
  const expected = titles[location.pathname];
  if (expected && expected !== document.title) return; // of the page that was left
  return replace.call(history, state, title, address && withShown(address));
};
window.addEventListener(
  "popstate",
  () => {
    shown = { path: "", values: {} };
    isReached = true;
  },
  { capture: true },
);
window.elmoAddress = {
  /** Show these parameters (name -> text, null for none) in the address of this page. */
  show(values) {
    shown = { path: location.pathname, values };
    const next = withShown(location.href);
    if (next.href !== location.href) replace.call(history, history.state, "", next);
    if (whole) whole = next.href;
  },
};

// 4. Enter in the search box opens the first hit, once the server has answered what was typed.
window.addEventListener("keydown", async ({ key, target }) => {
  if (key !== "Enter" || !target.closest?.(".st-key-search")) return;
  const typed = target.value;
  const isAnswered = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
  const hit = () => document.querySelector(".st-key-search_hits a");
  for (let wait = 0; wait < 300; wait++) {
    await new Promise((done) => setTimeout(done, 100));
    if (target.value !== typed) return;
    if (wait >= 4 && isAnswered() && hit()) return hit().click(); // what was typed is sent after some tenths of a second
  }
});

// 5. The first stop of the keyboard on every page leads past the choices, to the pictures and their layers.
window.addEventListener("DOMContentLoaded", () => {
  const skip = document.createElement("button");
  skip.textContent = "Skip to the pictures";
  const move = (top) => (skip.style.cssText = `position: fixed; left: .5rem; top: ${top}; z-index: 1000001; padding: .5rem 1rem`);
  move("-4rem");
  skip.onfocus = () => move(".5rem");
  skip.onblur = () => move("-4rem");
  const within = (root, selector) => {
    for (const node of root.querySelectorAll("*")) {
      const element = node.matches(selector) ? node : node.shadowRoot && within(node.shadowRoot, selector);
      if (element && (element.checkVisibility?.() ?? true)) return element;
    }
    return null;
  };
  skip.onclick = () => {
    const main = document.querySelector("[data-testid=stMain]");
    const picture = main && within(main, ".explorer-place, .chart-place");
    const stop = picture && within(picture, "button, input, select, canvas, [tabindex='0']");
    (stop ?? main)?.focus();
  };
  document.body.prepend(skip);
});
