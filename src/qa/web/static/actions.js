// Actions of buttons: a button with data-do="name" starts the action of that name, even if it was added later.

const actions = new Map();

/** @param {Record<string, (button: HTMLElement) => unknown>} handlers by the names of their actions */
export function on(handlers) {
  for (const [name, handler] of Object.entries(handlers)) actions.set(name, handler);
}

export function perform(name, button) {
  return actions.get(name)(button);
}
