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
 * @property {Scene[]} [scenes]
 * @property {{images_generated: number, credits_charged: number} | null} result Once completed.
 * @property {{code: string, message: string} | null} error Once failed.
 *
 * @typedef {{user_id: string, balance: number, credits_per_image: number}} Credits
 * @typedef {{title?: string, detail?: string, errors?: Record<string, string[]>}} Problem RFC 9457; `errors` by JSON path.
 */

/** The service answered, and refused. */
export class ApiError extends Error {
  /** @param {number} status Of HTTP. @param {Problem} problem */
  constructor(status, problem) {
    super(problem.detail || problem.title || `The service answered ${status}.`);
    this.status = status;
    this.problem = problem;
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

  /** @param {string} userId @param {AbortSignal} [signal] @returns {Promise<Credits>} */
  async credits(userId, signal) {
    return (await this.#send(`/credits/${encodeURIComponent(userId)}`, { signal })).json();
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  async #send(path, init) {
    for (;;) {
      const key = this.#key;
      const response = await this.#fetch(path, init, key);
      const { status } = response;
      if (response.ok || status === 304) return response;
      if (status === 401) {
        // Another call may have been given the right key meanwhile.
        if (this.#key === key) this.#key = (await this.#askForKey(key)) ?? key;
        if (this.#key !== key) continue;
      }
      if (status >= 502 && status <= 504) throw new UnreachableError(retryAfter(response));
      throw new ApiError(status, await response.json().catch(() => ({})));
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
