// The person's sentences on this page, for the button "Copy link" (copy_link.js).
export default function ({ data }) {
  const offer = (window.elmoOffer = { ...data, path: location.pathname });
  window.dispatchEvent(new Event("elmo-offer"));
  return () => {
    if (window.elmoOffer === offer) window.elmoOffer = undefined;
    window.dispatchEvent(new Event("elmo-offer"));
  };
}
