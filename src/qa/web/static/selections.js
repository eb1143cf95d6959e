// Tags, saved selections and saved filters: names that a person gives to the selected documents, or to a filter. A
// saved selection is a list that stays as it is; a saved filter also finds documents that are added later.

import { on } from "./actions.js";
import { $, create } from "./dom.js";
import { label, put } from "./labels.js";
import { chosenFilter } from "./filters.js";
import { documentsIn, FILTERS, namedSets, namesOf, savedFilters, SELECTIONS, storeFilter, storeSet, TAGS } from "./named-sets.js";
import { useFilter } from "./saved-filters.js";
import { scope, scopeFilter, setScope } from "./scope.js";
import { visible } from "./text.js";
import { attempt, say } from "./toast.js";

const OF_FILTER = "\u0001"; // begins the values of filters in the menu

const form = $(".selection-name");
const field = $("input", form);
const chooser = $(".selections");
let target = TAGS; // what the form names

// The list of documents shows the change.
const changed = () => $(".documents").dispatchEvent(new Event("changed"));

/** Shows the saved selections; the one that is selected now is chosen. */
export function showSelections() {
  const all = namedSets(SELECTIONS);
  const filters = savedFilters();
  const isScope = ({ documents }) => documents.length === scope.size && documents.every((name) => scope.has(name));
  const option = (name, text) => Object.assign(create("option", "", text), { value: name });
  const group = (key, options) => {
    const element = Object.assign(create("optgroup"), { label: label(key) });
    element.append(...options);
    return options.length ? [element] : [];
  };
  chooser.replaceChildren(
    option("", label("saved-selections")),
    ...group("saved-lists", all.map(({ name }) => option(name, visible(name)))),
    ...group("saved-filters", filters.map(({ name }) => option(OF_FILTER + name, visible(name)))),
  );
  const filter = filters.find(({ name }) => name === scopeFilter());
  chooser.value = filter ? OF_FILTER + filter.name : (all.find(isScope)?.name ?? "");
  put($(".selection-kind"), filter ? "includes-later" : "list-as-is");
  $(".selection-kind").hidden = !chooser.value;
  const isAny = all.length + filters.length > 0;
  chooser.hidden = !isAny;
  $("[data-do=delete-selection]").hidden = !chooser.value;
  $(".selection").hidden = !scope.size && !isAny;
  for (const pressed of ["tag", "save-selection"]) $(`[data-do=${pressed}]`).hidden = !scope.size;
  if (!scope.size && target !== FILTERS) form.hidden = true;
}

const NAME_LABELS = { [TAGS]: "tag-name", [SELECTIONS]: "selection-name", [FILTERS]: "filter-name" };

function name(key) {
  target = key;
  form.hidden = false;
  field.value = "";
  $("datalist", form).replaceChildren(
    ...(key === FILTERS ? savedFilters() : namedSets(key)).map((one) => Object.assign(create("option"), { value: one.name })),
  );
  for (const attribute of ["aria-label", "placeholder"])
    put(field, NAME_LABELS[key], {}, attribute);
  field.focus();
}

function end() {
  form.hidden = true;
  $(target === FILTERS ? ".search" : "[data-do=tag]").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = field.value.trim();
  if (!given) return field.focus();
  if (target === FILTERS) return saveFilter(given);
  const documents = target === TAGS ? [...documentsIn(TAGS, given), ...scope] : [...scope];
  const isStored = storeSet(target, given, documents);
  end();
  if (!isStored) return say(label("no-room"));
  say(label(target === TAGS ? "tagged" : "selection-saved", { name: visible(given), n: scope.size }));
  changed();
});

function saveFilter(given) {
  const isStored = storeFilter(given, chosenFilter());
  end();
  if (!isStored) return say(label("no-room"));
  attempt(async () => {
    await useFilter(given);
    say(label("filter-saved", { name: visible(given) }));
  });
}

form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  end();
});

chooser.addEventListener("change", () => {
  if (!chooser.value) return;
  if (chooser.value.startsWith(OF_FILTER)) return attempt(() => useFilter(chooser.value.slice(1)));
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

function deleteFilter(name) {
  const { filter } = savedFilters().find((one) => one.name === name);
  const documents = [...scope];
  storeFilter(name, null);
  setScope(documents);
  changed();
  say(label("selection-deleted", { name: visible(name) }), () => {
    storeFilter(name, filter);
    attempt(() => useFilter(name));
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
  "save-filter": () => name(FILTERS),
  "delete-selection": () => {
    const { value } = chooser;
    if (value.startsWith(OF_FILTER)) deleteFilter(value.slice(1));
    else take(SELECTIONS, value, documentsIn(SELECTIONS, value));
  },
  untag: (chip) => take(TAGS, chip.tag, [chip.closest(".document").dataset.document]),
});
