/** Finds a value in a JSON text. What is wrong with a text, and where, the service tells: see faults.js. */

export function locate(text, path) {
  try {
    let start = startOf(text);
    for (const [, name, index, quoted] of path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/gy)) {
      const child = membersAt(text, start).starts.get(name ?? index ?? quoted.replaceAll("\\'", "'"));
      if (child === undefined) break;
      start = child;
    }
    return { start, end: endOf(text, start) };
  } catch {
    return null;
  }
}

/** Reads what the service reads too: JSON in a code block or between sentences, encoded again, with trailing commas and comments. */
export function parse(text) {
  try {
    return { value: scenarioIn(JSON.parse(text)) };
  } catch {
    try {
      const start = startOf(text);
      return { value: scenarioIn(JSON.parse(plain(text.slice(start, endOf(text, start))))) };
    } catch {
      return { value: null };
    }
  }
}

/** What a text or a whole request holds that stands in the scenario's place. */
function scenarioIn(value) {
  if (typeof value === 'string') return parse(value).value;
  const wraps = value?.scenario && !value.scenes && !value.title;
  return wraps ? scenarioIn(value.scenario) : value;
}

const opening = String.raw`(?:\{(?=\s*(?:"|\}|//|/\*))|\[(?=\s*[\[{]))`;
const blockOpening = new RegExp('(?:```|~~~)[ \\t]*[\\w+-]*\\s*' + opening);

/** The value's first bracket, which is preferred in a code block; else whatever the text starts with. */
function startOf(text) {
  const first = Math.max(text.search(/[^ \t\r\n\uFEFF\u200B]/), 0);
  if (text[first] === '{' || text[first] === '"') return first;
  const block = blockOpening.exec(text);
  if (block) return block.index + block[0].length - 1;
  return Math.max(text.search(new RegExp(opening)), first);
}

/** Without comments and trailing commas. */
const plain = (json) => json
  .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? ' ')
  .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_, string) => string ?? '');

const afterSpace = (text, at) => afterToken(text, at, /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);

function afterToken(text, at, token) {
  token.lastIndex = at;
  if (!token.test(text)) throw new SyntaxError();
  return token.lastIndex;
}

const string = /"(?:[^"\\\n]|\\.)*"/y;

function endOf(text, at) {
  if (text[at] === '"') return afterToken(text, at, string);
  return text[at] === '{' || text[at] === '[' ? membersAt(text, at).end : afterToken(text, at, /[\w.+-]+/y);
}

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
