import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, unwrap } from "../api/client";
import { listen } from "../api/events";
import { Problem } from "../api/problem";
import type { ReadingSession } from "../api/types";
import type { Manifest, PositionList } from "./manifest";
import { Publication } from "./publication";

/** How often to look while a render is under way, in ms; the event stream is usually faster. */
const look = 1500;

/** Opens a reading session for the book and keeps its cookies fresh as long as the page shows it. */
export function useReadingSession(bookId: string) {
  const queries = useQueryClient();
  const key = ["reading", bookId];
  const opened = useQuery({
    queryKey: key,
    queryFn: () => open(bookId),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const session = opened.data;
  const waiting = session !== undefined && session.state !== "ready" && session.state !== "failed";

  useEffect(() => {
    if (!session) return;
    return keepFresh(session, () => queries.resetQueries({ queryKey: ["reading", bookId] }));
  }, [session?.id, bookId, queries, session]);

  useEffect(() => {
    if (!waiting || !session) return;
    const ask = async () => {
      const path = { id: session.id };
      const now = await unwrap(api.GET("/reading-sessions/{id}", { params: { path } })).catch(
        () => undefined,
      );
      if (now && (now.state !== session.state || now.slices !== session.slices)) {
        // What was read at the start stays: the place to begin at and the rendition being read.
        queries.setQueryData<ReadingSession>(["reading", bookId], (old) =>
          old ? { ...old, state: now.state, slices: now.slices } : old,
        );
      }
    };
    const timer = setInterval(ask, look);
    const stop = listen(({ name, data }) => {
      if (name === "rendition" && (data as { bookId?: string }).bookId === bookId) void ask();
    });
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [waiting, session, bookId, queries]);

  return opened;
}

function open(bookId: string): Promise<ReadingSession> {
  return unwrap(api.POST("/books/{id}/reading-sessions", { params: { path: { id: bookId } } }));
}

/** Renews the cookies before they expire, and at once when the page wakes after a sleep. */
function keepFresh(session: ReadingSession, lost: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = 0;
  const plan = (seconds: number) => {
    clearTimeout(timer);
    due = Date.now() + seconds * 1000;
    timer = setTimeout(run, seconds * 1000);
  };
  const run = async () => {
    try {
      const next = await renew(session.id);
      plan(next?.renewAfterSeconds ?? session.renewAfterSeconds);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return lost();
      // Refused: the next slice says so on the page. Unreachable: soon again.
      plan(error instanceof Problem && error.status === 403 ? session.renewAfterSeconds : 5);
    }
  };
  const wake = () => {
    if (document.visibilityState === "visible" && Date.now() > due) void run();
  };
  plan(session.renewAfterSeconds);
  document.addEventListener("visibilitychange", wake);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
  };
}

/** Fresh cookies for the session's content. */
function renew(id: string): Promise<{ renewAfterSeconds: number }> {
  return unwrap(api.POST("/reading-sessions/{id}/renew", { params: { path: { id } } }));
}

/** The rendition's manifest, once its index stands. */
export function usePublication(session: ReadingSession | undefined) {
  const standing = session?.state === "indexed" || session?.state === "ready";
  return useQuery({
    queryKey: ["manifest", session?.renditionId, session?.id],
    enabled: standing,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 3,
    queryFn: async () => new Publication(await content<Manifest>(session?.manifestUrl ?? "")),
  });
}

/** How the book's length is shared out; the reader gets along without while it is not there. */
export function usePositions(session: ReadingSession | undefined, wanted: boolean) {
  return useQuery({
    queryKey: ["positions", session?.renditionId, session?.id],
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
    queryFn: () => content<PositionList>(`${session?.contentBase}positions.json`),
  });
}

/** A file of the rendition; the session's cookies open it. */
async function content<T>(address: string): Promise<T> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Problem(response.status, undefined);
  return (await response.json()) as T;
}

export type SliceAddress = { url: string } | { waiting: true };

/**
 * Where a slice lies. A ready rendition is fetched blindly; otherwise, and when that failed
 * (`attempt` > 0), the API is asked, which also moves the slice to the head of the queue.
 */
export function useSliceAddress(session: ReadingSession, href: string, slice: number, attempt: number) {
  const [wasReady] = useState(session.state === "ready");
  const blind = wasReady && attempt === 0;
  const asked = useQuery({
    queryKey: ["slice", session.id, slice, attempt],
    enabled: !blind,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: 2,
    queryFn: () => ask(session.id, slice, attempt > 0),
    refetchInterval: ({ state }) => (state.data && "waiting" in state.data ? look : false),
  });
  const waits = asked.data !== undefined && "waiting" in asked.data;
  const refetch = asked.refetch;
  useEffect(() => {
    if (!waits) return;
    return listen(({ name, data }) => {
      if (name === "rendition" && (data as { bookId?: string }).bookId === session.bookId) void refetch();
    });
  }, [waits, refetch, session.bookId]);
  const address: SliceAddress | undefined = blind ? { url: session.contentBase + href } : asked.data;
  return { address, error: asked.error };
}

async function ask(sessionId: string, n: number, afterFailure: boolean): Promise<SliceAddress> {
  if (afterFailure) await renew(sessionId);
  const path = { id: sessionId, n };
  const answer = await unwrap(api.GET("/reading-sessions/{id}/slices/{n}", { params: { path } }));
  return "url" in answer ? { url: answer.url } : { waiting: true };
}
