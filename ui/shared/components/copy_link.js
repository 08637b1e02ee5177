// Copy the page's address, which holds the view (word, layer, weights, …), or save the view as a file.
// window.elmoOffer (share_offer.js) has the person's sentences on this page.

export default function ({ parentElement, data }) {
  const find = (selector) => parentElement.querySelector(selector);
  const say = find("[role=status]");
  const own = () => (window.elmoOffer?.path === location.pathname ? window.elmoOffer : undefined);
  const textOf = (offer) => (offer?.sentences.length ? JSON.stringify(offer.sentences) : null);
  const number = (value) => value.toLocaleString("en");

  const note = () => {
    const offer = own();
    const text = textOf(offer);
    const lacks = [data.lacks, offer?.lacks].filter(Boolean).join(" and ");
    if (lacks) return `A link cannot hold ${lacks}.`;
    if (!text) return "";
    if (!data.wanted) return "The link leaves your sentences out.";
    if (text.length <= data.most) return "";
    return `Your sentences have ${number(text.length)} characters, and a link holds ${number(data.most)}: save them as a file.`;
  };

  /** The address without private parameters, and with the sentences if wanted; null if they are too long. */
  const address = () => {
    const offer = own();
    const text = textOf(offer);
    const url = new URL(location.href);
    for (const name of data.drop) url.searchParams.delete(name);
    if (text) url.searchParams.delete("text");
    if (text && data.wanted) {
      if (text.length > data.most) return null;
      url.searchParams.set("text", text);
      for (const [name, value] of Object.entries(offer.instead)) url.searchParams.set(name, value);
    }
    return url.href;
  };

  const copy = async () => {
    const link = address();
    if (!link) return;
    try {
      await navigator.clipboard.writeText(link);
      say.textContent = `Copied. ${note()}`;
    } catch {
      // Without permission to copy: show the address, selected, to be copied by hand.
      const field = find("input");
      field.hidden = false;
      field.value = link;
      field.select();
      say.textContent = `Press Ctrl+C to copy. ${note()}`;
    }
  };

  const save = () => {
    const offer = own();
    const parameters = Object.fromEntries(new URL(location.href).searchParams);
    for (const name of [...data.drop, "text"]) delete parameters[name];
    Object.assign(parameters, offer?.instead);
    const page = location.pathname.split("/").pop();
    const saved = { kind: data.kind, page, parameters, sentences: offer?.sentences ?? [] };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(saved, null, 1)], { type: "application/json" }));
    link.download = `elmo-${page || "start"}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    say.textContent = offer?.lacks ? `Saved. The file cannot hold ${offer.lacks}.` : "Saved.";
  };

  find(".copy").onclick = copy;
  find(".save").onclick = save;
  const show = () => {
    say.textContent = note();
    find(".copy").disabled = address() === null;
  };
  window.addEventListener("elmo-offer", show);
  show();
  return () => window.removeEventListener("elmo-offer", show);
}
