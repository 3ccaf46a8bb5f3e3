// The count of 字 that a limit on text is measured by; cases/characters.py is its twin, tests/data/characters.json
// holds the vectors of both.

// One 字 each. Korean syllables are left out: Word's 字数 counts Korean by the word.
const SINGLE =
  "\\u00b7\\u2014\\u2018\\u2019\\u201c\\u201d\\u2026" + // · — ‘ ’ “ ” …
  "\\u2e3a\\u2e3b\\u2e80-\\u2fdf\\u2ff0-\\u2fff\\u3001-\\u312f\\u3190-\\u31ff\\u3200-\\u9fff\\ua000-\\ua4cf" +
  "\\uf900-\\ufaff\\ufe10-\\ufe1f\\ufe30-\\ufe6f\\uff01-\\uff9f\\uffe0-\\uffe6" +
  "\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{20000}-\\u{3fffd}";
// Written out, because Python's and JavaScript's ideas of white space differ in a dozen characters.
const SPACE = "\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
// A variation selector belongs to the character before it.
const SELECTOR = "\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}";

const COUNTED = new RegExp(`[${SINGLE}][${SELECTOR}]*|[^${SINGLE}${SPACE}]+`, "gu");

/** The number of 字 in `text`, as Word's 字数 has it (R7). */
export function count(text) {
  return (text.match(COUNTED) ?? []).length;
}
