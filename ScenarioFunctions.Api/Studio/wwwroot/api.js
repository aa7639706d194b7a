/**
 * A client of the Save Scenario Service's HTTP API, which a front end can take over as it is.
 *
 * @typedef {'pending' | 'running' | 'completed' | 'failed' | 'cancelled'} TaskStatus
 *
 * @typedef {object} Scene
 * @property {number} scene_number From 1.
 * @property {'pending' | 'generating' | 'completed' | 'skipped' | 'failed' | 'cancelled'} status
 * @property {string | null} image_url Permanent.
 * @property {string | null} reason Why there is no picture: see reasons.js.
 * @property {string | null} [note] For a person.
 *
 * @typedef {object} Task
 * @property {string} task_id
 * @property {TaskStatus} status
 * @property {number} progress 0 to 100.
 * @property {string} message For a person.
 * @property {string} created_at
 * @property {string} updated_at
 * @property {{short_id: string, user_id: string, title: string, scene_count: number}} metadata
 * @property {Scene[]} [scenes] Not in a list.
 * @property {{made: number, wanted: number, urls: string[]}} [images] In a list only; `urls` of the first few.
 * @property {{images_generated: number, credits_charged: number} | null} result Once completed.
 * @property {{code: string, message: string} | null} error Once failed.
 *
 * @typedef {{user_id: string, balance: number, available: number, credits_per_image: number, can_grant: boolean}} Credits
 *
 * @typedef {object} Plan What a task would do and cost.
 * @property {number} images
 * @property {number} credits_needed
 * @property {number} credits_available
 * @property {number} seconds An estimate.
 * @property {string[]} adjustments For a person.
 *
 * @typedef {{title?: string, detail?: string, errors?: Record<string, string[]>}} Problem RFC 9457; `errors` by JSON path.
 */

/** The service answered, and refused. */
export class ApiError extends Error {
  /** @param {number} status Of HTTP. @param {Problem} problem @param {number | null} [retryAfter] Milliseconds. */
  constructor(status, problem, retryAfter = null) {
    // For a 401, the service tells programs which header to send.
    super(status === 401 ? 'This service needs its API key.' : problem.detail || problem.title || `The service answered ${status}.`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** The service did not answer, or cannot work now: the same call may work later. */
export class UnreachableError extends Error {
  /** @param {number | null} retryAfter Milliseconds. */
  constructor(retryAfter = null) {
    super('The service does not answer.');
    this.retryAfter = retryAfter;
  }
}

/** @param {Task} task */
export const hasEnded = (task) => task.status !== 'pending' && task.status !== 'running';

const patience = 20_000;

export class ScenarioApi {
  #base;
  #key;
  #askForKey;

  /**
   * @param {object} options
   * @param {string} [options.baseUrl] Without a trailing slash; empty for the page's own host.
   * @param {string | null} [options.key] The API key, where the service wants one.
   * @param {(refused: string | null) => Promise<string | null>} [options.askForKey] Asked on a 401, with
   *   the key that was refused; null gives up.
   */
  constructor({ baseUrl = '', key = null, askForKey = async () => null }) {
    this.#base = baseUrl;
    this.#key = key;
    this.#askForKey = askForKey;
  }

  /**
   * Starts a task. With the same key and request it is the same task, however often it is sent.
   * @param {{short_id: string, user_id: string, scenario: object | string}} request
   * @param {string} idempotencyKey 1 to 255 visible characters.
   * @returns {Promise<{task_id: string, adjustments: string[]}>} `adjustments`, for a person: what was left out to read the scenario.
   */
  async save(request, idempotencyKey) {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
    return (await this.#send('/scenario/save', { method: 'POST', headers, body: JSON.stringify(request) })).json();
  }

  /**
   * Tells what {@link save} would do with the same request, and does nothing.
   * @param {{short_id: string, user_id: string, scenario: object | string}} request
   * @param {{signal?: AbortSignal, ask?: boolean}} [options] Without `ask`, a 401 asks for no key.
   * @returns {Promise<Plan>}
   */
  async plan(request, { signal, ask } = {}) {
    const headers = { 'Content-Type': 'application/json' };
    return (await this.#send('/scenario/save?dry_run=true', { method: 'POST', headers, body: JSON.stringify(request), signal, ask })).json();
  }

  /**
   * @param {string} taskId
   * @param {{etag?: string | null, signal?: AbortSignal}} [options] `etag` of the answer one has already.
   * @returns {Promise<{task: Task | null, etag: string | null, retryAfter: number | null, now: number}>}
   *   `task` is null when unchanged, `retryAfter` (ms) when ended; `now` is the service's clock.
   */
  async task(taskId, { etag, signal } = {}) {
    const headers = etag ? { 'If-None-Match': etag } : {};
    const response = await this.#send(taskPath(taskId), { headers, signal });
    return {
      task: response.status === 304 ? null : await response.json(),
      etag: response.headers.get('ETag'),
      retryAfter: retryAfter(response),
      now: Date.parse(response.headers.get('Date') ?? '') || Date.now(),
    };
  }

  /**
   * @param {{status?: string, limit?: number, cursor?: string | null, signal?: AbortSignal}} query
   * @returns {Promise<{tasks: Task[], next_cursor: string | null}>} Newest first.
   */
  async tasks({ status, limit = 50, cursor, signal }) {
    const query = new URLSearchParams({ limit: String(limit), ...(status && { status }), ...(cursor && { cursor }) });
    return (await this.#send(`/scenario/save/tasks?${query}`, { signal })).json();
  }

  /** @param {string} taskId @returns {Promise<{status: TaskStatus, message: string}>} */
  async cancel(taskId) {
    return (await this.#send(taskPath(taskId), { method: 'DELETE' })).json();
  }

  /** @param {string} userId @param {AbortSignal} [signal] @param {boolean} [ask] As of {@link plan}. @returns {Promise<Credits>} */
  async credits(userId, signal, ask) {
    return (await this.#send(`/credits/${encodeURIComponent(userId)}`, { signal, ask })).json();
  }

  /** Adds credits, once per key. @param {string} userId @param {number} amount @param {string} idempotencyKey */
  async grant(userId, amount, idempotencyKey) {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey };
    await this.#send(`/credits/${encodeURIComponent(userId)}`, { method: 'POST', headers, body: JSON.stringify({ grant: amount }) });
  }

  /** Open to anyone. @returns {Promise<{checks: Record<string, {status: string, message?: string, emulator?: boolean}>}>} */
  async health() {
    return (await this.#fetch('/health', {}, null)).json();
  }

  /** @param {string} path @param {RequestInit & {ask?: boolean}} init @returns {Promise<Response>} */
  async #send(path, init) {
    for (;;) {
      const key = this.#key;
      const response = await this.#fetch(path, init, key);
      const { status } = response;
      if (response.ok || status === 304) return response;
      if (status === 401 && init.ask !== false) {
        // Another call may have been given the right key meanwhile.
        if (this.#key === key) this.#key = (await this.#askForKey(key)) ?? key;
        if (this.#key !== key) continue;
      }
      if (status >= 502 && status <= 504) throw new UnreachableError(retryAfter(response));
      throw new ApiError(status, await response.json().catch(() => ({})), retryAfter(response));
    }
  }

  /** @param {string} path @param {RequestInit} init @param {string | null} key */
  async #fetch(path, init, key) {
    const headers = { ...init.headers, ...(key && { Authorization: `Bearer ${key}` }) };
    const limit = AbortSignal.timeout(patience);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    try {
      // Whoever calls keeps the ETag: the browser's cache would hide a 304.
      return await fetch(this.#base + path, { ...init, headers, signal, cache: 'no-store' });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new UnreachableError();
    }
  }
}

/** @param {string} taskId */
const taskPath = (taskId) => `/scenario/save/tasks/${encodeURIComponent(taskId)}`;

/** @param {Response} response @returns {number | null} Milliseconds. */
function retryAfter(response) {
  const seconds = Number.parseFloat(response.headers.get('Retry-After') ?? '');
  return seconds >= 0 ? seconds * 1000 : null;
}
