// Keeps questions limited to what a saved filter finds, also when documents are added or removed.

import { $, app } from "./dom.js";
import { asked } from "./filters.js";
import { label } from "./labels.js";
import { savedFilters } from "./named-sets.js";
import { scope, scopeFilter, setScope } from "./scope.js";
import { call } from "./server.js";
import { attempt, say } from "./toast.js";
import { visible } from "./text.js";

let found = null; // the state of the library in which the filter found the documents

/** Limits questions to the documents that a saved filter finds now. */
export async function useFilter(name) {
  const { filter } = savedFilters().find((one) => one.name === name);
  const { ids, generation } = await call("library", { ...asked(filter), ids: true });
  found = generation;
  // Without documents, all would be asked.
  if (!ids.length) say(label("filter-finds-none", { name: visible(name) }));
  setScope(ids, ids.length ? name : null);
  $(".documents").dispatchEvent(new Event("changed"));
}

app.addEventListener("generation", ({ detail }) => {
  if (detail === found) return;
  found = detail;
  const name = scopeFilter();
  if (name === null) return;
  if (savedFilters().some((one) => one.name === name)) attempt(() => useFilter(name));
  else setScope([...scope]);
});
