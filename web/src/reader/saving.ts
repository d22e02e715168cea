import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { api, unwrap } from "../api/client";
import { rememberBook } from "../catalogue/recents";
import type { Locator } from "./place";

/** Pause after the last movement before the place is saved, in ms. */
const pause = 1200;

/**
 * Remembers the place on the server: a moment after the last movement, and at once when the page is
 * hidden or left. A save that fails is tried again with the next movement.
 */
export function useSaving(bookId: string, userId: string | undefined) {
  const queries = useQueryClient();
  const waiting = useRef<Locator>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const locator = waiting.current;
    if (!locator) return;
    waiting.current = undefined;
    const body = { locator, totalProgression: locator.locations.totalProgression };
    unwrap(
      // keepalive lets the request outlive a page that is being closed.
      api.PUT("/books/{id}/progress", { params: { path: { id: bookId } }, body, keepalive: true }),
    )
      .then(() => queries.removeQueries({ queryKey: ["begun", userId, bookId] }))
      .catch(() => {
        waiting.current ??= locator;
      });
  }, [bookId, userId, queries]);

  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === "hidden") flush();
    };
    document.addEventListener("visibilitychange", hidden);
    addEventListener("pagehide", flush);
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      removeEventListener("pagehide", flush);
      flush();
    };
  }, [flush]);

  return useCallback(
    (locator: Locator) => {
      if (!waiting.current && userId) rememberBook(userId, bookId);
      waiting.current = locator;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, pause);
    },
    [flush, bookId, userId],
  );
}
