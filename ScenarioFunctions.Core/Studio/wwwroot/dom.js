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
 * @param {Record<string, any>} [properties] Some are set as attributes.
 * @param {...(Node | string)} children
 */
export function make(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (/^(data-|aria-|role$|dir$)/.test(key)) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children);
  return element;
}

/** @param {string} id Of a template. @param {Element} root Whose content it replaces. */
export const fill = (id, root) => root.replaceChildren(document.importNode(find(`#${id}`).content, true));

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
