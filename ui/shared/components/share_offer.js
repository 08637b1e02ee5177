// What the page shows of a person's own, for the button "Copy link" (copy_link.js), which asks here.
export default function ({ data }) {
  const offer = (window.elmoOffer = { ...data, path: location.pathname });
  window.dispatchEvent(new Event("elmo-offer"));
  return () => {
    if (window.elmoOffer === offer) window.elmoOffer = undefined;
    window.dispatchEvent(new Event("elmo-offer"));
  };
}
