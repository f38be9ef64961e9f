/**
 * Names from files and folders as they may stand in a sentence: what cannot be seen, or turns the text around it
 * (control characters, bidirectional overrides, zero-width spaces), is written out as "‹U+202E›", and what is too
 * long loses its middle. Joiners stay, because emoji and Indic scripts need them.
 */
const UNSEEN = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;

/** @param most code points that are kept at least; a longer text is cut in its middle */
export function plainText(text: string, most = Infinity): string {
  return shortened(text, most).replace(UNSEEN, (char) => `‹U+${hex(char)}›`);
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = text.length > 4 * most ? sides(text, 2 * most) : Array.from(text);
  if (points.length <= most) return text;
  const start = Math.floor(most / 2);
  return `${points.slice(0, start).join("")}…${points.slice(start + 1 - most).join("")}`;
}

/** Enough of a very long text to cut it, without a list of all its characters. */
const sides = (text: string, each: number): string[] => [
  ...Array.from(text.slice(0, each)),
  ...Array.from(text.slice(-each)),
];

const hex = (char: string) => char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
