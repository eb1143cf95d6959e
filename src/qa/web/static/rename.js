// Renames a document: answers, kept quotes, lists and the source show its new title.

import { on } from "./actions.js";
import { $, button, create } from "./dom.js";
import { label, put } from "./labels.js";
import { repaint } from "./repaint.js";
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
  const { document } = event.target.closest(".document").dataset;
  const title = $("input", event.target).value;
  attempt(async () => {
    const previous = await rename(document, title);
    const undo = () => attempt(() => rename(document, previous ?? ""));
    say(label("renamed"), { act: undo, focus: control(document) });
  });
});

const control = (document) =>
  $("[data-do=rename]", [...rows.children].find((row) => row.dataset.document === document) ?? rows);

// Gives a document a title, everywhere on the page, and returns the one that a person gave it before.
async function rename(document, title) {
  const { previous } = await call("rename", { document, title });
  await repaint(rows.children.length);
  control(document)?.focus();
  return previous;
}

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
