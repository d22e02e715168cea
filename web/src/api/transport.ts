import { type Api, createClient } from "@bindery/client";
import { Problem, unreachable } from "./problem";
import { Store } from "./store";

/** False from the first request that fails on the way until one succeeds again. */
export const reachable = new Store(true);

/** Sends a request; a broken connection becomes a `Problem` and raises the banner. */
export async function send(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    reachable.set(true);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    reachable.set(false);
    throw unreachable();
  }
}

/** The generated client without sign-in, for the endpoints that make one. */
export const bare: Api = createClient({ fetch: send });

interface Answer<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** The answer's body, or a thrown `Problem`. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await whole(call)).data;
}

/** Body and response (for its headers and status), or a thrown `Problem`. */
export async function whole<T>(call: Promise<Answer<T>>): Promise<{ data: T; response: Response }> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Problem(response.status, error, retryAfter(response));
  return { data: data as T, response };
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? "x");
  return Number.isFinite(seconds) ? seconds : undefined;
}
