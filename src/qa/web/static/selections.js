// Tags and saved selections: names that a person gives to the selected documents.

import { on } from "./actions.js";
import { $, create } from "./dom.js";
import { label, put } from "./labels.js";
import { documentsIn, namedSets, namesOf, SELECTIONS, storeSet, TAGS } from "./named-sets.js";
import { scope, setScope } from "./scope.js";
import { visible } from "./text.js";
import { say } from "./toast.js";

const form = $(".selection-name");
const field = $("input", form);
const chooser = $(".selections");
let target = TAGS; // what the form names

// The list of documents shows the change.
const changed = () => $(".documents").dispatchEvent(new Event("changed"));

/** Shows the saved selections; the one that is selected now is chosen. */
export function showSelections() {
  const all = namedSets(SELECTIONS);
  const isScope = ({ documents }) => documents.length === scope.size && documents.every((name) => scope.has(name));
  const option = (name, text) => Object.assign(create("option", "", text), { value: name });
  chooser.replaceChildren(option("", label("saved-selections")), ...all.map(({ name }) => option(name, visible(name))));
  chooser.value = all.find(isScope)?.name ?? "";
  chooser.hidden = !all.length;
  $("[data-do=delete-selection]").hidden = !chooser.value;
  $(".selection").hidden = !scope.size && !all.length;
  for (const pressed of ["tag", "save-selection"]) $(`[data-do=${pressed}]`).hidden = !scope.size;
  if (!scope.size) form.hidden = true;
}

function name(key) {
  target = key;
  form.hidden = false;
  field.value = "";
  $("datalist", form).replaceChildren(
    ...namedSets(key).map((one) => Object.assign(create("option"), { value: one.name })),
  );
  for (const attribute of ["aria-label", "placeholder"])
    put(field, key === TAGS ? "tag-name" : "selection-name", {}, attribute);
  field.focus();
}

function end() {
  form.hidden = true;
  $("[data-do=tag]").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = field.value.trim();
  if (!given) return field.focus();
  const documents = target === TAGS ? [...documentsIn(TAGS, given), ...scope] : [...scope];
  const isStored = storeSet(target, given, documents);
  end();
  if (!isStored) return say(label("no-room"));
  say(label(target === TAGS ? "tagged" : "selection-saved", { name: visible(given), n: scope.size }));
  changed();
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  end();
});

chooser.addEventListener("change", () => {
  if (!chooser.value) return;
  setScope(documentsIn(SELECTIONS, chooser.value));
  changed();
});

// Removes a name from documents until that is undone.
function take(key, name, documents) {
  const before = documentsIn(key, name);
  storeSet(key, name, before.filter((id) => !documents.includes(id)));
  changed();
  say(label(key === TAGS ? "untagged" : "selection-deleted", { name: visible(name) }), () => {
    storeSet(key, name, before);
    changed();
  });
}

/** Creates the tags of a document; each is a button that removes it. */
export function tagsOf(id) {
  const names = namesOf(TAGS, id);
  if (!names.length) return null;
  const list = create("p", "doc-tags");
  for (const tag of names) {
    const chip = create("button", "tag", visible(tag));
    chip.type = "button";
    chip.dataset.do = "untag";
    chip.tag = tag;
    chip.title = label("remove-tag", { name: visible(tag) });
    chip.setAttribute("aria-label", chip.title);
    list.append(chip);
  }
  return list;
}

on({
  tag: () => name(TAGS),
  "save-selection": () => name(SELECTIONS),
  "cancel-selection": end,
  "delete-selection": () => take(SELECTIONS, chooser.value, documentsIn(SELECTIONS, chooser.value)),
  untag: (chip) => take(TAGS, chip.tag, [chip.closest(".document").dataset.document]),
});
