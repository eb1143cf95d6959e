import { create } from "./dom.js";

/** Saves a file that the server made. */
export function download(base64, type, name) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const link = create("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
