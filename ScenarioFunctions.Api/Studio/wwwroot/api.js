/** A client of the Save Scenario Service's HTTP API, which a front end can take over as it is. What it returns is described in `/openapi.json`. */

/** The service answered, and refused. */
export class ApiError extends Error {
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
  constructor(retryAfter = null) {
    super('The service does not answer.');
    this.retryAfter = retryAfter;
  }
}

export const hasEnded = (task) => task.status !== 'pending' && task.status !== 'running';

const patience = 20_000;

/** A stream tells the state at once, and is never silent for longer than 15 s. */
const [firstSilence, silence] = [5000, 40_000];

export class ScenarioApi {
  #base;
  #key;
  #askForKey;

  constructor({ baseUrl = '', key = null, askForKey = async () => null }) {
    this.#base = baseUrl;
    this.#key = key;
    this.#askForKey = askForKey;
  }

  /** Starts a task. With the same key and request it is the same task, however often it is sent. */
  save(request, idempotencyKey) {
    return this.#post('/scenario/save', request, { idempotencyKey });
  }

  /** Tells what save would do with the same request, and does nothing. */
  plan(request, { signal, ask } = {}) {
    return this.#post('/scenario/save?dry_run=true', request, { signal, ask });
  }

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

  async tasks({ status, limit = 50, cursor, signal }) {
    const query = new URLSearchParams({ limit: String(limit), ...(status && { status }), ...(cursor && { cursor }) });
    return (await this.#send(`/scenario/save/tasks?${query}`, { signal })).json();
  }

  async cancel(taskId) {
    return (await this.#send(taskPath(taskId), { method: 'DELETE' })).json();
  }

  /** Continues a task that failed. */
  async resume(taskId) {
    return (await this.#send(`${taskPath(taskId)}/resume`, { method: 'POST' })).json();
  }

  /** The changes of a task as they occur, first its whole state. It ends when the connection does. */
  async *events(taskId, signal) {
    const silent = new AbortController();
    let timer = setTimeout(() => silent.abort(), firstSilence);
    try {
      const ends = AbortSignal.any([signal, silent.signal]);
      const response = await this.#send(`${taskPath(taskId)}/events`, { signal: ends, headers: { Accept: 'text/event-stream' } }, 0);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let [text, heard] = ['', false];
      while (reader) {
        const { value, done } = await reader.read();
        if (done) return;
        const blocks = (text + value).split('\n\n');
        text = blocks.pop();
        const events = blocks.map(eventOf).filter((event) => event.data);
        // The first lines only tell that there is a connection.
        heard ||= events.length > 0;
        if (heard) {
          clearTimeout(timer);
          timer = setTimeout(() => silent.abort(), silence);
        }
        if (events.length) yield events;
      }
    } finally {
      clearTimeout(timer);
      silent.abort();
    }
  }

  async scenario(scenarioId, signal) {
    return (await this.#send(scenarioPath(scenarioId), { signal })).json();
  }

  /** Starts a task that makes pictures of a stored scenario. */
  makeImages(scenarioId, scenes, idempotencyKey) {
    return this.#post(`${scenarioPath(scenarioId)}/images`, { scenes }, { idempotencyKey });
  }

  /** Shows an earlier picture again. */
  show(scenarioId, scene, version) {
    return this.#post(`${scenarioPath(scenarioId)}/scenes/${scene}/image`, { version }, { method: 'PUT' });
  }

  async credits(userId, signal, ask) {
    return (await this.#send(`/credits/${encodeURIComponent(userId)}`, { signal, ask })).json();
  }

  /** Adds credits, once per key. */
  grant(userId, amount, idempotencyKey) {
    return this.#post(`/credits/${encodeURIComponent(userId)}`, { grant: amount }, { idempotencyKey });
  }

  /** Open to anyone. */
  async health() {
    return (await this.#fetch('/health', {}, null)).json();
  }

  async #post(path, body, { idempotencyKey, ...init }) {
    const headers = { 'Content-Type': 'application/json', ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }) };
    return (await this.#send(path, { method: 'POST', headers, body: JSON.stringify(body), ...init })).json();
  }

  async #send(path, init, limit = patience) {
    for (;;) {
      const key = this.#key;
      const response = await this.#fetch(path, init, key, limit);
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

  async #fetch(path, init, key, limit) {
    const headers = { ...init.headers, ...(key && { Authorization: `Bearer ${key}` }) };
    const signal = AbortSignal.any([init.signal, limit && AbortSignal.timeout(limit)].filter(Boolean));
    try {
      // Whoever calls keeps the ETag: the browser's cache would hide a 304.
      return await fetch(this.#base + path, { ...init, headers, signal, cache: 'no-store' });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new UnreachableError();
    }
  }
}

const taskPath = (taskId) => `/scenario/save/tasks/${encodeURIComponent(taskId)}`;

const scenarioPath = (scenarioId) => `/scenarios/${encodeURIComponent(scenarioId)}`;

function eventOf(block) {
  const [, type] = /^event: (.*)$/m.exec(block) ?? [];
  const [, data] = /^data: (.*)$/m.exec(block) ?? [];
  return { type, data: data && JSON.parse(data) };
}

function retryAfter(response) {
  const seconds = Number.parseFloat(response.headers.get('Retry-After') ?? '');
  return seconds >= 0 ? seconds * 1000 : null;
}
