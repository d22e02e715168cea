import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, unwrap } from "./client";
import { listen, live, type ServerEvent } from "./events";
import { useSession } from "./session";
import { Store, useStore } from "./store";
import { bare } from "./transport";
import type { Book } from "./types";

/** What the catalogue can be narrowed by; the names are those of the API and of the page's address. */
export interface BookFilters {
  author?: string;
  genre?: string;
  tag?: string;
  language?: string;
  sort?: "recent" | "title";
}

const pageSize = 36;

/** Public facts about this server: its name, version, whether one may register. */
export function useServer() {
  return useQuery({
    queryKey: ["server"],
    queryFn: () => unwrap(bare.GET("/server")),
    staleTime: 300_000,
  });
}

/** True once it is known who is asking; requests before that would go out without a name. */
function useSettled(): boolean {
  return useSession().state !== "unknown";
}

export function useBooks(filters: BookFilters, enabled = true) {
  const settled = useSettled();
  return useInfiniteQuery({
    queryKey: ["books", filters],
    enabled: settled && enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/books", {
          params: { query: { ...filters, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => pollWhileRendering(query.state.data?.pages.flatMap((page) => page.items)),
  });
}

export function useSearch(q: string, enabled = true) {
  const settled = useSettled();
  return useInfiniteQuery({
    queryKey: ["search", q],
    enabled: settled && enabled && q !== "",
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/search", {
          params: { query: { q, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** A few books for the search box while typing. */
export function useSuggestions(q: string) {
  const settled = useSettled();
  return useQuery({
    queryKey: ["suggest", q],
    enabled: settled && q.length >= 2,
    queryFn: ({ signal }) => unwrap(api.GET("/search", { params: { query: { q, limit: 6 } }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useBook(id: string) {
  const settled = useSettled();
  return useQuery({
    queryKey: ["book", id],
    enabled: settled,
    queryFn: ({ signal }) => unwrap(api.GET("/books/{id}", { params: { path: { id } }, signal })),
    refetchInterval: (query) => pollWhileRendering(query.state.data ? [query.state.data] : []),
  });
}

/** Without the event stream we look every three seconds, and only while something is under way. */
function pollWhileRendering(books: Book[] | undefined): number | false {
  if (!books?.some(isRendering)) return false;
  return live.get() ? 30_000 : 3_000;
}

export function isRendering(book: Book): boolean {
  return book.rendition?.state === "pending" || book.rendition?.state === "indexed";
}

/** How far each book's render is, 0 to 1, as far as the event stream tells (admins hear of jobs). */
const renders = new Store<ReadonlyMap<string, number>>(new Map());

export function useRenderProgress(bookId: string): number | undefined {
  return useStore(renders).get(bookId);
}

/** Keeps the book queries fresh by the event stream while `watching`. */
export function useLiveBooks(watching: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!watching) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const freshen = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const key of ["books", "book", "search"]) void queries.invalidateQueries({ queryKey: [key] });
      }, 250);
    };
    const stop = listen((event) => {
      if (event.name === "job") noteProgress(event);
      else if (event.name === "book" || event.name === "rendition") freshen();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [watching, queries]);
}

function noteProgress({ data }: ServerEvent): void {
  const job = data as { kind?: string; bookId?: string | null; progress?: unknown };
  const done = fraction(job.progress);
  if (!job.bookId || done === undefined) return;
  renders.set(new Map(renders.get()).set(job.bookId, done));
}

/** A job's progress as 0 to 1, from a number or `{done,total}`; undefined while nothing is known. */
export function fraction(progress: unknown): number | undefined {
  if (typeof progress === "number") return progress > 1 ? progress / 100 : progress;
  if (typeof progress !== "object" || progress === null) return undefined;
  const { done, total } = progress as { done?: unknown; total?: unknown };
  if (typeof done !== "number" || typeof total !== "number" || total <= 0) return undefined;
  return done / total;
}
