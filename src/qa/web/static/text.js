// Replaces characters that control how text is displayed; the server does the same in its HTML.

const CONTROLS =
  // eslint-disable-next-line no-control-regex -- the expression finds control characters
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function shown(character) {
  if (character < " ") return String.fromCharCode(0x2400 + character.charCodeAt(0));
  return character === "\u007f" ? "\u2421" : "\ufffd";
}

/**
 * Replaces invisible and control characters by visible ones.
 * @param {string} text
 * @returns {string}
 */
export function visible(text) {
  return text.replace(CONTROLS, shown);
}
