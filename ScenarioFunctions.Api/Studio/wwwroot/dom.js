/** Small helpers for the page. Text is only ever set as text, never as markup. */

export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`Nothing on the page is ${selector}`);
  return found;
}

/** Makes an element. */
export function make(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-')) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children);
  return element;
}

export function fill(root, id, ...selectors) {
  root.replaceChildren(document.importNode(find(`#${id}`).content, true));
  return selectors.map((selector) => find(selector, root));
}

/** Sets text only where it changes. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a text, or hides the element when there is none. */
export function showText(element, text) {
  say(element, text ?? '');
  put(element, { hidden: !text });
}

/** Sets properties only where they change: a browser takes any other setting for a change, too. */
export function put(element, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (element[key] !== value) element[key] = value;
  }
}

/** Speaks to screen readers. */
export const announce = (text) => say(find('#live'), text);

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP, browsers have only the old way.
    const area = make('textarea', { value: text });
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    focused?.focus();
    return done;
  }
}

/** Asks in a dialog. */
export async function confirmed(selector) {
  const dialog = find(selector);
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'ok';
}
