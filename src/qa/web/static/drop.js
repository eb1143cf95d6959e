// Handles files dropped on the page: adds documents and asks files of questions.

import { askFile } from "./batch.js";
import { $, app, create } from "./dom.js";
import { kindOf } from "./kinds.js";
import { put } from "./labels.js";
import { show } from "./pane.js";
import { add, lineOf, readOnly, room, vanish, worker } from "./uploads.js";

let depth = 0; // number of nested elements that the files are dragged over
const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");

async function receive(files) {
  const kinds = await Promise.all(files.map((file) => kindOf(file, readOnly)));
  const ofKind = (kind) => files.filter((_, at) => kinds[at] === kind);
  ofKind("questions").forEach(askFile);
  ofKind("either").forEach(offerBoth);
  if (ofKind("documents").length) add(ofKind("documents"));
}

// Asks the person whether a text that consists of questions is a file of questions or a document.
function offerBoth(file) {
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
