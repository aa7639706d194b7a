/** A request keeps its key until it is answered, so that sending it twice pays once. */
import { ApiError } from './api.js';

const keys = new Map();

export async function once(request, send) {
  const name = JSON.stringify(request);
  if (!keys.has(name)) keys.set(name, crypto.getRandomValues(new Uint32Array(4)).join('-'));
  try {
    const answer = await send(keys.get(name));
    keys.delete(name);
    return answer;
  } catch (error) {
    if (error instanceof ApiError) keys.delete(name);
    throw error;
  }
}
