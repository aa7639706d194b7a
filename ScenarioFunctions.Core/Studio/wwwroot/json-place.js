/** Finds the place in a JSON text that a fault is about. */

/**
 * @typedef {{start: number, end: number}} Place Offsets in the text.
 * @param {string} text
 * @param {string} path Such as `$.scenes[3].image_prompt`.
 * @returns {Place | null} The value there, or, when it is missing, what it is missing from; null when the text is no JSON.
 */
export function locate(text, path) {
  try {
    let start = afterSpace(text, 0);
    for (const key of keysOf(path)) {
      const child = childrenOf(text, start).found.get(key);
      if (child === undefined) break;
      start = child;
    }
    return { start, end: endOf(text, start) };
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @returns {{value: any, fault: string | null, place: Place | null}}
 */
export function parse(text) {
  try {
    return { value: JSON.parse(text), fault: null, place: null };
  } catch (error) {
    const message = String(/** @type {Error} */ (error).message);
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const line = text.slice(0, at).split('\n').length;
    return { value: null, fault: `This is not JSON yet. Look at line ${line}.`, place: { start: Math.max(0, at - 1), end: at + 1 } };
  }
}

/** @param {string} path @returns {string[]} */
function keysOf(path) {
  const steps = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/g);
  return [...steps].map(([, name, index, quoted]) => name ?? index ?? quoted.replace(/\\(.)/g, '$1'));
}

/** @param {string} text @param {number} at */
function afterSpace(text, at) {
  while (' \t\r\n'.includes(text[at] ?? '!')) at++;
  return at;
}

/** @param {string} text @param {number} at @param {RegExp} token Sticky. */
function afterToken(text, at, token) {
  token.lastIndex = at;
  if (!token.test(text)) throw new SyntaxError(`Unexpected text at ${at}`);
  return token.lastIndex;
}

const string = /"(?:[^"\\]|\\.)*"/y;
const scalar = /[^\s,\]}]+/y;

/** @param {string} text @param {number} at Of a value. */
function endOf(text, at) {
  if (text[at] === '"') return afterToken(text, at, string);
  if (text[at] === '{' || text[at] === '[') return childrenOf(text, at).end;
  return afterToken(text, at, scalar);
}

/**
 * @param {string} text
 * @param {number} at Of an object or array; anything else has no children.
 * @returns {{found: Map<string, number>, end: number}} Where each member's value starts, and where all ends.
 */
function childrenOf(text, at) {
  const found = new Map();
  const close = { '{': '}', '[': ']' }[text[at]];
  if (!close) return { found, end: at };
  at = afterSpace(text, at + 1);
  for (let index = 0; text[at] !== close; index++) {
    let key = String(index);
    if (close === '}') {
      const end = afterToken(text, at, string);
      key = JSON.parse(text.slice(at, end));
      at = afterSpace(text, afterToken(text, afterSpace(text, end), /:/y));
    }
    found.set(key, at);
    at = afterSpace(text, endOf(text, at));
    if (text[at] === ',') at = afterSpace(text, at + 1);
  }
  return { found, end: at + 1 };
}
