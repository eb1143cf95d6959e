// Filters of the list of documents: folder, format, tag, and when a document was added.

import { on } from "./actions.js";
import { $, create } from "./dom.js";
import { label, number, put } from "./labels.js";
import { documentsIn, namedSets, TAGS } from "./named-sets.js";
import { visible } from "./text.js";

const MOST_ASKED = 10_000; // documents of one question
const box = $(".filters");
const field = (name) => $(`[data-filter=${name}]`, box);
const day = (name) => field(name).value;

/** Returns the filter that a person chose, as it is saved. */
export function chosenFilter() {
  const search = $(".search").value.trim();
  return { search, folder: field("folder").value, format: field("format").value, tag: field("tag").value, since: day("since"), until: day("until") };
}

/** Returns a filter as the server expects it. */
export function asked({ tag, ...filter }) {
  return { ...filter, among: tag ? documentsIn(TAGS, tag) : undefined };
}

/** Offers the folders and formats that the library has, and the tags of this browser. */
export function offerChoices({ folders, formats }, total) {
  const tags = namedSets(TAGS).map(({ name, documents }) => [name, documents.length]);
  offer("folder", "all-folders", folders);
  offer("format", "all-formats", formats, (name) => name.toUpperCase());
  offer("tag", "all-tags", tags);
  // An only folder or format that all documents have is no choice.
  for (const [name, choices] of [["folder", folders], ["format", formats]])
    field(name).hidden = !field(name).value && !choices.some(([, n]) => n < total);
  field("tag").hidden = !tags.length;
  box.hidden = total < 2;
}

function offer(name, all, choices, shown = visible) {
  const select = field(name);
  const { value } = select;
  const option = (key, text) => Object.assign(create("option", "", text), { value: key });
  select.replaceChildren(
    option("", label(all)),
    ...choices.map(([key, n]) => option(key, `${shown(key)} (${number(n)})`)),
  );
  select.value = choices.some(([key]) => key === value) ? value : "";
}

/** Shows how many documents the filter found, with an action to ask only them; null if nothing is filtered. */
export function showFound(found) {
  $(".found").hidden = found === null;
  if (found === null) return;
  put($(".found .count"), "documents-found", { n: found });
  for (const act of ["ask-found", "save-filter"]) $(`[data-do=${act}]`).hidden = !found || found > MOST_ASKED;
}

/** Calls a function when the filter changes. */
export function onFilter(follow) {
  box.addEventListener("change", follow);
  on({
    "clear-filter": () => {
      for (const name of ["folder", "format", "tag", "since", "until"]) field(name).value = "";
      $(".search").value = "";
      follow();
      $(".search").focus();
    },
  });
}
