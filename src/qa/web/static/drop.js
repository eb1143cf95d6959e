// Files that are dropped on the page: documents are added, questions are asked.

import { askFile } from "./batch.js";
import { $, app, create } from "./dom.js";
import { kindOf } from "./kinds.js";
import { put } from "./labels.js";
import { show } from "./pane.js";
import { add, lineOf, readOnly, room, vanish, worker } from "./uploads.js";

let depth = 0; // of the elements that the files are dragged over
const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");

async function receive(files) {
  const kinds = await Promise.all(files.map((file) => kindOf(file, readOnly)));
  const of = (kind) => files.filter((_, at) => kinds[at] === kind);
  of("questions").forEach(askFile);
  of("either").forEach(askWhich);
  if (of("documents").length) add(of("documents"));
}

// A text of questions alone may be meant as a document.
function askWhich(file) {
  if (readOnly) return askFile(file);
  show("documents");
  const place = room();
  const list = create("ul");
  list.append(lineOf(file, "waiting"));
  const ask = worker("choose-kind", "ask-these", () => {
    vanish(place);
    askFile(file);
  });
  const take = worker("choose-kind", "add-as-document", () => add([file], { place }));
  place.replaceChildren(list, put(create("p"), "all-questions"), ask, " ", take);
  ask.focus();
}

app.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  depth++;
  $(".drop").hidden = false;
});
app.addEventListener("dragleave", (event) => {
  if (carriesFiles(event) && --depth <= 0) $(".drop").hidden = true;
});
app.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
app.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  $(".drop").hidden = true;
  receive([...event.dataTransfer.files]);
});
