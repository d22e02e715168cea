// The typed client of the Bindery API. Types come from schema.ts, which is generated; what is
// written by hand here is only how access tokens are sent and refreshed.

import createFetchClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

/** A type of the API's document by its name, e.g. `Schema<"Book">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What every refusal carries (RFC 9457). */
export type Problem = Schema<"Problem">;

/** The client: `api.GET("/books", { params: { query: { limit: 24 } } })`. */
export type Api = Client<paths>;

/** Where the access token lives and how it is renewed. */
export interface Session {
  /** The current access token, or nothing when nobody is signed in. */
  accessToken(): string | undefined;
  /** Called with the fresh token after a refresh. */
  onToken(token: Schema<"TokenAnswer">): void;
  /** Called when the session has ended: the refresh token is not valid any more. */
  onSignedOut(): void;
  /** The refresh token, for clients that keep it themselves; browsers leave it to the cookie. */
  refreshToken?(): string | undefined;
}

export interface ClientOptions {
  /** Address of the API, by default `/api/v1` on the page's own origin. */
  baseUrl?: string;
  session?: Session;
  fetch?: (request: Request) => Promise<Response>;
}

/** Makes a client. With a session, requests carry its token and an expired one is refreshed once. */
export function createClient(options: ClientOptions = {}): Api {
  const baseUrl = options.baseUrl ?? "/api/v1";
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const client = createFetchClient<paths>({ baseUrl, fetch: send, credentials: "same-origin" });
  if (options.session) client.use(authenticate(baseUrl, options.session, send));
  return client;
}

/** Asks for a fresh access token. Requests that expire together share one refresh. */
export function refresher(
  baseUrl: string,
  session: Session,
  send: (request: Request) => Promise<Response>,
): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  const refresh = async (): Promise<boolean> => {
    const refreshToken = session.refreshToken?.();
    const plain = createFetchClient<paths>({ baseUrl, fetch: send, credentials: "same-origin" });
    const { data, response } = await plain.POST("/auth/refresh", {
      body: refreshToken === undefined ? {} : { refreshToken },
    });
    if (data) session.onToken(data);
    else if (response.status === 401) session.onSignedOut();
    return data !== undefined;
  };
  return () => (running ??= refresh().finally(() => (running = undefined)));
}

function authenticate(
  baseUrl: string,
  session: Session,
  send: (request: Request) => Promise<Response>,
): Middleware {
  const refresh = refresher(baseUrl, session, send);
  // A request's body can be read once, so a copy is kept for the second try.
  const copies = new Map<string, Request>();
  return {
    onRequest({ request, id, schemaPath }) {
      if (schemaPath.startsWith("/auth/")) return undefined;
      const token = session.accessToken();
      if (token) request.headers.set("authorization", `Bearer ${token}`);
      copies.set(id, request.clone());
      return request;
    },
    async onResponse({ response, id }) {
      const again = copies.get(id);
      copies.delete(id);
      if (response.status !== 401 || !again?.headers.has("authorization")) return undefined;
      if (!(await refresh())) return undefined;
      again.headers.set("authorization", `Bearer ${session.accessToken() ?? ""}`);
      return send(again);
    },
    onError({ id }) {
      copies.delete(id);
    },
  };
}
