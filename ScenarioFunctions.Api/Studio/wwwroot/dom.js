/** Small helpers for the page. Text is only ever set as text, never as markup. */

/** @param {string} selector @param {ParentNode} [root] @returns {any} The element, which must exist. */
export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`Nothing on the page is ${selector}`);
  return found;
}

/**
 * Makes an element.
 * @param {string} tag Such as `p` or `p.hint`.
 * @param {Record<string, any>} [properties] Set as attributes where their name has a dash.
 * @param {...(Node | string)} children
 */
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

/** @param {Element} root Whose content is replaced. @param {string} id Of a template. @param {...string} selectors @returns {any[]} */
export function fill(root, id, ...selectors) {
  root.replaceChildren(document.importNode(find(`#${id}`).content, true));
  return selectors.map((selector) => find(selector, root));
}

/** Sets text only where it changes. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a text, or hides the element when there is none. @param {HTMLElement} element @param {string | null} [text] */
export function showText(element, text) {
  say(element, text ?? '');
  element.hidden = !text;
}

/** Speaks to screen readers. @param {string} text */
export const announce = (text) => say(find('#live'), text);

/** Asks in a dialog. @param {string} selector @returns {Promise<boolean>} Whether the answer was its `ok`. */
export async function confirmed(selector) {
  const dialog = find(selector);
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'ok';
}
