// The style of citations in copies, saved files and on paper, which this browser remembers.

import { read, write } from "./storage.js";

const SETTING = "verbatim-style";
export const PLAIN = "plain";

/** Returns the chosen style; the server treats an unknown one as plain. */
export const style = () => read(SETTING) || PLAIN;

/** Remembers a style; returns false if there is no room. */
export const chooseStyle = (name) => write(SETTING, name);
