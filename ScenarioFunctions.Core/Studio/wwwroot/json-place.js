/**
 * Finds the place in a JSON text that a fault is about.
 * @typedef {{start: number, end: number}} Place Offsets in the text.
 */

/**
 * @param {string} text @param {string} path Such as `$.scenes[3].image_prompt`.
 * @returns {Place | null} The value there, or what it is missing from; null when the text is no JSON.
 */
export function locate(text, path) {
  try {
    let start = afterSpace(text, 0);
    for (const [, name, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/g)) {
      const child = membersAt(text, start).starts.get(name ?? index ?? quoted.replaceAll("\\'", "'"));
      if (child === undefined) break;
      start = child;
    }
    return { start, end: endOf(text, start) };
  } catch {
    return null;
  }
}

/** @param {string} text @returns {{value: any, fault: string | null, place: Place | null}} */
export function parse(text) {
  try {
    return { value: JSON.parse(text), fault: null, place: null };
  } catch (error) {
    // Not every browser tells the position.
    const at = Number(/position (\d+)/.exec(error.message)?.[1] ?? text.length);
    const line = text.slice(0, at).split('\n').length;
    return { value: null, fault: `This is not JSON yet: look at line ${line}.`, place: { start: Math.max(0, at - 1), end: at + 1 } };
  }
}

const afterSpace = (text, at) => afterToken(text, at, /\s*/y);

function afterToken(text, at, token) {
  token.lastIndex = at;
  if (!token.test(text)) throw new SyntaxError(`Unexpected text at ${at}`);
  return token.lastIndex;
}

const string = /"(?:[^"\\]|\\.)*"/y;

/** @param {string} text @param {number} at Where a value starts. */
function endOf(text, at) {
  if (text[at] === '"') return afterToken(text, at, string);
  return '{['.includes(text[at]) ? membersAt(text, at).end : afterToken(text, at, /[^\s,\]}]+/y);
}

/**
 * @param {string} text @param {number} at Where an object or array starts; nothing else has members.
 * @returns {{starts: Map<string, number>, end: number}} Where each member's value starts, by name or index.
 */
function membersAt(text, at) {
  const starts = new Map();
  const close = { '{': '}', '[': ']' }[text[at]];
  if (!close) return { starts, end: at };
  at = afterSpace(text, at + 1);
  for (let index = 0; text[at] !== close; index++) {
    let name = String(index);
    if (close === '}') {
      const end = afterToken(text, at, string);
      name = JSON.parse(text.slice(at, end));
      at = afterToken(text, end, /\s*:\s*/y);
    }
    starts.set(name, at);
    at = afterToken(text, endOf(text, at), /\s*,?\s*/y);
  }
  return { starts, end: at + 1 };
}
