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
    let start = startOf(text);
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

/**
 * Reads what the service reads too: JSON in a code block or between sentences, encoded again, with trailing commas and comments.
 * @param {string} text @returns {{value: any, fault: string | null, place: Place | null}}
 */
export function parse(text) {
  try {
    return { value: scenarioIn(JSON.parse(text)), fault: null, place: null };
  } catch {
    const start = startOf(text);
    try {
      return { value: scenarioIn(JSON.parse(plain(text.slice(start, endOf(text, start))))), fault: null, place: null };
    } catch (error) {
      const at = error.at ?? text.length;
      const line = text.slice(0, at).split('\n').length;
      return { value: null, fault: `This is not JSON yet: look at line ${line}.`, place: { start: at, end: at + 1 } };
    }
  }
}

/** What a text or a whole request holds that stands in the scenario's place. */
function scenarioIn(value) {
  if (typeof value === 'string') return parse(value).value;
  const wraps = value?.scenario && !value.scenes && !value.title;
  return wraps ? scenarioIn(value.scenario) : value;
}

const opening = /\{(?=\s*(?:"|\}|\/\/|\/\*))/;

/** The first bracket that JSON could follow, else whatever the text starts with. */
function startOf(text) {
  const first = text.search(/[^\s\uFEFF]/);
  return '{["'.includes(text[first]) || !opening.test(text) ? Math.max(first, 0) : text.search(opening);
}

/** Without comments and trailing commas. */
const plain = (json) => json
  .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? ' ')
  .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_, string) => string ?? '');

const afterSpace = (text, at) => afterToken(text, at, /(?:[\s\uFEFF]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);

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
      at = afterSpace(text, afterToken(text, afterSpace(text, end), /:/y));
    }
    starts.set(name, at);
    at = afterSpace(text, endOf(text, at));
    if (text[at] !== close) at = afterSpace(text, afterToken(text, at, /,/y));
  }
  return { starts, end: at + 1 };
}
