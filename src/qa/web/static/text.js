// Text without the characters that steer how it is displayed; the server does the same to its HTML.

const STEERING =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function shown(character) {
  if (character < " ") return String.fromCharCode(0x2400 + character.charCodeAt(0));
  return character === "\u007f" ? "\u2421" : "\ufffd";
}

/**
 * Replaces invisible and steering characters by visible ones.
 * @param {string} text
 * @returns {string}
 */
export function visible(text) {
  return text.replace(STEERING, shown);
}
