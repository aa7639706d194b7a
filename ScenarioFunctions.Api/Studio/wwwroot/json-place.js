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
  } catch {
    const at = faultIn(text);
    const line = text.slice(0, at).split('\n').length;
    return { value: null, fault: `This is not JSON yet: look at line ${line}.`, place: { start: at, end: at + 1 } };
  }
}

/** Where text goes wrong, which not every browser tells. */
function faultIn(text) {
  try {
    return afterSpace(text, endOf(text, afterSpace(text, 0)));
  } catch (error) {
    return error.at ?? text.length;
  }
}

const afterSpace = (text, at) => afterToken(text, at, /\s*/y);

function afterToken(text, at, token) {
  token.lastIndex = at;
  if (!token.test(text)) throw Object.assign(new SyntaxError(), { at });
  return token.lastIndex;
}

const string = /"(?:[^"\\\n]|\\.)*"/y;

function endOf(text, at) {
  if (text[at] === '"') return afterToken(text, at, string);
  return text[at] === '{' || text[at] === '[' ? membersAt(text, at).end : afterToken(text, at, /true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?/y);
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
    at = afterSpace(text, endOf(text, at));
    if (text[at] !== close) at = afterToken(text, at, /,\s*(?![\]}])/y);
  }
  return { starts, end: at + 1 };
}
