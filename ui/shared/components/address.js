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
  const change = next.pathname === location.pathname ? history.replaceState : add;
  return change.call(history, state, title, address);
};
