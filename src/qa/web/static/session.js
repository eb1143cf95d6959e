// Reads the unfinished work that a page stored before it was left.

const isText = (value) => typeof value === "string";
const areTexts = (value) => Array.isArray(value) && value.every(isText);

const isMaybe = (value) => value === undefined || isText(value);

const isRun = ({ run, key, name, documents, table, notebook }) =>
  areTexts([run, key, name]) && areTexts(documents) && isMaybe(table) && isMaybe(notebook);
const isSwitch = (value) => value === undefined || typeof value === "boolean";
const isQuestion = ({ question, documents, after, named, notebook }) =>
  isText(question) && areTexts(documents) && areTexts(after) && isSwitch(named) && isMaybe(notebook);
const isSearch = ({ words, key, documents, notebook, alike }) =>
  areTexts([words, key]) && areTexts(documents) && isMaybe(notebook) && isSwitch(alike);

/**
 * Returns the unfinished work in a JSON text. Invalid parts are left out.
 * @param {string | null} json
 */
export function restored(json) {
  let stored;
  try {
    stored = JSON.parse(json);
  } catch {
    stored = null;
  }
  const valid = (list, check) => (Array.isArray(list) ? list.filter((item) => item && check(item)) : []);
  return {
    draft: isText(stored?.draft) ? stored.draft : null,
    runs: valid(stored?.runs, isRun),
    checks: valid(stored?.checks, isRun),
    asked: valid(stored?.asked, isQuestion),
    searches: valid(stored?.searches, isSearch),
  };
}
