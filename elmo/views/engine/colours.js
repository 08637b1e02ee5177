// Colours and shapes that everyone can tell apart; no meaning is carried by colour alone.

/** Okabe and Ito's colours, in the order in which groups get them. */
export const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C", "#F0E442"];
export const NO_GROUP = "#8C8C8C";
export const FAINT = "#9a9a9a";
const DARK_TEXT_ON = new Set(["#E69F00", "#CC79A7", "#56B4E9", "#F0E442"]);

export const CIVIDIS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];
const CIVIDIS_RGB = CIVIDIS.map((c) => [1, 3, 5].map((k) => parseInt(c.slice(k, k + 2), 16)));

/** Cividis at 0 to 1, as [red, green, blue]. */
export function cividis(share) {
  const place = Math.min(1, Math.max(0, share)) * (CIVIDIS.length - 1);
  const low = Math.min(Math.floor(place), CIVIDIS.length - 2);
  return CIVIDIS_RGB[low].map((c, k) => c + (place - low) * (CIVIDIS_RGB[low + 1][k] - c));
}

/** Shapes around (0, 0) with about one area, one a group; Plotly's symbols in the same order. */
export const SHAPES = {
  circle: "M5,0A5,5 0 1 1 -5,0A5,5 0 1 1 5,0Z",
  diamond: "M0,-6.6L6.6,0L0,6.6L-6.6,0Z",
  square: "M-4.6,-4.6H4.6V4.6H-4.6Z",
  "triangle-up": "M0,-6.6L6,4.6H-6Z",
  cross: "M-2,-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
  star: "M0,-7.4L1.8,-2.4L7,-2.3L2.8,.9L4.4,6L0,3L-4.4,6L-2.8,.9L-7,-2.3L-1.8,-2.4Z",
  "triangle-down": "M0,6.6L6,-4.6H-6Z",
  x: "M-6,-3.6L-3.6,-6L0,-2.4L3.6,-6L6,-3.6L2.4,0L6,3.6L3.6,6L0,2.4L-3.6,6L-6,3.6L-2.4,0Z",
};

const SHAPE_NAMES = Object.keys(SHAPES);

/** The colour and shape of group number k, and the colour of text on it; grey for -1. */
export function groupLook(k) {
  if (k < 0) return { colour: NO_GROUP, shape: "circle", text: "#ffffff" };
  const colour = COLOURS[k % COLOURS.length];
  // No pair of colour and shape repeats below 56.
  const shape = SHAPE_NAMES[(k + Math.floor(k / COLOURS.length)) % SHAPE_NAMES.length];
  return { colour, shape, text: DARK_TEXT_ON.has(colour) ? "#1b1b1b" : "#ffffff" };
}

/** Cividis at 0 to 1, as a CSS colour. */
export function shade(share) {
  return `rgb(${cividis(share).map(Math.round)})`;
}
