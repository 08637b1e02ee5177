// A notebook's view (anywidget): the state is shared with Python, both ways.
import { Explorer } from "./explorer.js";

function render({ model, el }) {
  const root = document.createElement("div");
  el.append(root);
  const explorer = new Explorer(root, JSON.parse(model.get("data")), {
    start: model.get("state"),
    parts: model.get("parts"),
    tell: (state, changed) => {
      model.set("state", state);
      if (changed.has("labels")) model.set("labels", [...explorer.scene.codes].map((code) => explorer.scene.senses[code] ?? null));
      model.save_changes();
    },
  });
  const hear = () => explorer.setState(model.get("state"));
  model.on("change:state", hear);
  return () => {
    model.off("change:state", hear);
    explorer.end();
  };
}

export default { render };
