// Renames a document: answers cite its new title.

import { on } from "./actions.js";
import { $, button, create } from "./dom.js";
import { refresh } from "./documents.js";
import { label, put } from "./labels.js";
import { call } from "./server.js";
import { attempt, say } from "./toast.js";

const MOST = 300; // characters of a title
const rows = $(".rows");

function open(row) {
  const title = $(".title", row).textContent.trim();
  const form = create("form", "renaming");
  const field = put(create("input"), "rename-document", { title }, "aria-label");
  Object.assign(field, { type: "text", maxLength: MOST, value: title });
  const save = put(create("button", "plain"), "save");
  form.append(field, save, put(button("rename-cancel", "quiet"), "cancel"), put(create("p"), "rename-explained"));
  row.append(form);
  field.select();
}

function close(row) {
  $(".renaming", row).remove();
  $("[data-do=rename]", row).focus();
}

rows.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = event.target.closest(".document").dataset.document;
  attempt(async () => {
    await call("rename", { document: name, title: $("input", event.target).value });
    await refresh(rows.children.length);
    const changed = [...rows.children].find((row) => row.dataset.document === name);
    if (changed) $("[data-do=rename]", changed).focus();
    say(label("renamed"));
  });
});

rows.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest(".renaming")) return;
  event.preventDefault();
  close(event.target.closest(".document"));
});

on({
  rename: (pressed) => {
    const row = pressed.closest(".document");
    if ($(".renaming", row)) close(row);
    else open(row);
  },
  "rename-cancel": (pressed) => close(pressed.closest(".document")),
});
