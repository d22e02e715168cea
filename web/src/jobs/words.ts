import type { Job, JobState } from "../api/types";

export const stateNames: Record<JobState, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  done: "Done",
  dead: "Given up",
  cancelled: "Cancelled",
};

export const stateTones: Record<JobState, string> = {
  queued: "",
  running: "warn",
  waiting: "",
  done: "good",
  dead: "bad",
  cancelled: "",
};

/** `render_book` → `Render book`. */
export function kindName(job: Pick<Job, "kind">): string {
  const words = job.kind.replace(/[_.-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const priorityNames: Record<Job["priority"], string> = {
  readNow: "Somebody waits to read",
  normal: "Normal",
  bulk: "Bulk",
};
