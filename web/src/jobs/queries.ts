import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect } from "react";
import { api, unwrap } from "../api/client";
import { listen, live } from "../api/events";
import { fraction } from "../api/queries";
import { useStore } from "../api/store";
import type { Job, JobState, Queue } from "../api/types";
import { announce } from "../shell/announce";

export interface JobFilters {
  queue?: string;
  state?: JobState;
}

export interface JobPage {
  items: Job[];
  next?: string | null;
}

const pageSize = 50;

export function useJobs(filters: JobFilters) {
  const standing = useStore(live);
  return useInfiniteQuery({
    queryKey: ["jobs", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }): Promise<JobPage> =>
      unwrap(
        api.GET("/admin/jobs", {
          params: { query: { ...filters, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: standing ? 30_000 : 2_000,
  });
}

export function useJob(id: string) {
  const standing = useStore(live);
  return useQuery({
    queryKey: ["job", id],
    queryFn: ({ signal }): Promise<Job> =>
      unwrap(api.GET("/admin/jobs/{id}", { params: { path: { id } }, signal })),
    refetchInterval: (query) =>
      query.state.data && isOver(query.state.data) ? false : standing ? 10_000 : 2_000,
  });
}

export function useQueues() {
  const standing = useStore(live);
  return useQuery({
    queryKey: ["queues"],
    queryFn: async ({ signal }): Promise<Queue[]> =>
      (await unwrap(api.GET("/admin/queues", { signal }))).items,
    refetchInterval: standing ? 5_000 : 2_000,
  });
}

export function isOver(job: Job): boolean {
  return job.state === "done" || job.state === "dead" || job.state === "cancelled";
}

/** A running job's part done, 0 to 1; undefined when it does not count. */
export function partDone(job: Job): number | undefined {
  return fraction(job.progress);
}

/** Moves the rows by the event stream: known ones at once, new ones by asking again a moment later. */
export function useLiveJobs(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askAgain = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const key of ["jobs", "queues", "job"]) void queries.invalidateQueries({ queryKey: [key] });
      }, 400);
    };
    const stop = listen(({ name, data }) => {
      if (name !== "job") return;
      const hint = data as Hint;
      queries.setQueriesData<InfiniteData<JobPage>>({ queryKey: ["jobs"] }, (pages) => patched(pages, hint));
      queries.setQueryData<Job>(["job", hint.id], (job) => job && moved(job, hint));
      askAgain();
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [queries]);
}

/** What the event stream says of a job; progress is `{done,total}` or absent. */
export interface Hint {
  id: string;
  state: JobState;
  progress?: { done: number; total: number } | null;
}

function patched(pages: InfiniteData<JobPage> | undefined, hint: Hint): InfiniteData<JobPage> | undefined {
  if (!pages?.pages.some((page) => page.items.some((job) => job.id === hint.id))) return pages;
  const swap = (job: Job) => (job.id === hint.id ? moved(job, hint) : job);
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map(swap) })) };
}

export function moved(job: Job, hint: Hint): Job {
  return { ...job, state: hint.state, progress: hint.progress ?? job.progress };
}

/** Cancel or retry a job, pause or resume a queue; the lists are asked again afterwards. */
export function useControl() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ call }: { call: () => Promise<unknown>; said: string }) => call(),
    onSuccess: (_, { said }) => announce(said),
    onSettled: () => {
      for (const key of ["jobs", "queues", "job"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

export const control = {
  cancel: (id: string) => ({
    call: () => unwrap(api.POST("/admin/jobs/{id}/cancel", { params: { path: { id } } })),
    said: "Cancelling the job.",
  }),
  retry: (id: string) => ({
    call: () => unwrap(api.POST("/admin/jobs/{id}/retry", { params: { path: { id } } })),
    said: "The job is queued again.",
  }),
  pause: (queue: string) => ({
    call: () => unwrap(api.POST("/admin/queues/{queue}/pause", { params: { path: { queue } } })),
    said: `Queue ${queue} is paused.`,
  }),
  resume: (queue: string) => ({
    call: () => unwrap(api.POST("/admin/queues/{queue}/resume", { params: { path: { queue } } })),
    said: `Queue ${queue} goes on.`,
  }),
};
