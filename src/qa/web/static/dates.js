import { label } from "./labels.js";

/** Returns a day as the list of documents writes it. */
export function dayOf(date) {
  const month = label("months").split(" ")[date.getMonth()];
  return label("date", { day: String(date.getDate()), month, year: String(date.getFullYear()) });
}
