// Questions whose documents have been removed since they were asked.

import { scope } from "./scope.js";
import { call } from "./server.js";
import { limit } from "./turns.js";

const existing = async (documents) => (documents.length ? (await call("state", { documents })).documents : []);

/** Limits a turn to those of its documents that still exist; if none does, to those that are selected. */
export async function dropRemoved(turn) {
  const rest = await existing(turn.documents);
  if (rest.length === turn.documents.length) return;
  limit(turn, rest.length ? rest : await existing([...scope]));
}
