const text = (value) => typeof value === "string";
const texts = (value) => Array.isArray(value) && value.every(text);

const isRun = ({ run, key, name, documents }) => texts([run, key, name]) && texts(documents);
const isQuestion = ({ question, documents, after }) => text(question) && texts(documents) && texts(after);

/**
 * Reads what a page set aside before it was left. Whatever is not sound is left out.
 * @param {string | null} json
 */
export function restored(json) {
  let stored;
  try {
    stored = JSON.parse(json);
  } catch {
    stored = null;
  }
  const sound = (list, check) => (Array.isArray(list) ? list.filter((one) => one && check(one)) : []);
  return {
    draft: text(stored?.draft) ? stored.draft : null,
    runs: sound(stored?.runs, isRun),
    asked: sound(stored?.asked, isQuestion),
  };
}
