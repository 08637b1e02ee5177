// The first script of the page, before Streamlit's own.
//
// 1. Where the server is. Opened at /word, Streamlit would first look for it below /word, in vain.
const base = new URL(".", document.currentScript.src).href;
window.__streamlit = { BACKEND_BASE_URL: base, MAIN_PAGE_BASE_URL: base };

// 2. The history: opening a page adds one entry; whatever changes the address of the same page
// replaces that entry. Streamlit would add one for each parameter that the server writes.
const add = history.pushState;
history.pushState = function (state, title, address) {
  const next = new URL(address, location.href);
  if (next.pathname === location.pathname) return history.replaceState(state, title, address);
  shown = { path: "", values: {} };
  return add.call(history, state, title, address);
};
//
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
  return replace.call(history, state, title, address && withShown(address));
};
window.addEventListener("popstate", () => (shown = { path: "", values: {} }), { capture: true });
window.elmoAddress = {
  /** Show these parameters (name -> text, null for none) in the address of this page. */
  show(values) {
    shown = { path: location.pathname, values };
    const next = withShown(location.href);
    if (next.href !== location.href) replace.call(history, history.state, "", next);
  },
};

// 4. Enter in the search box opens the first hit, once the server has answered what was typed.
window.addEventListener("keydown", async ({ key, target }) => {
  if (key !== "Enter" || !target.closest?.(".st-key-search")) return;
  const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  const typed = target.value;
  for (let wait = 0; wait < 50; wait++) {
    await new Promise((done) => setTimeout(done, 100));
    if (target.value !== typed) return;
    if (wait >= 4 && state() === "notRunning") break; // what was typed is sent after some tenths of a second
  }
  document.querySelector(".st-key-search_hits a")?.click();
});
