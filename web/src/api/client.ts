import { type Api, createClient } from "@bindery/client";
import { accessToken, refresh } from "./session";
import { send } from "./transport";

export { unwrap, whole } from "./transport";

/** The generated client, signed in: adds the token, and on a 401 refreshes it once and tries again. */
export const api: Api = createClient({ fetch: authorised });

async function authorised(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await accessToken();
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  const response = await send(request);
  if (response.status !== 401 || !token) return response;
  if (!(await refresh())) return response;
  again.headers.set("authorization", `Bearer ${await accessToken()}`);
  return send(again);
}
