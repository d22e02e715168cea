import { useEffect, useState } from "react";
import type { Job } from "../api/types";
import { clock, duration, percent } from "../shell/format";
import { Bar } from "../shell/Page";
import { isOver, partDone } from "./queries";
import { kindName, stateNames, stateTones } from "./words";

export function JobTable({ jobs, onOpen }: { jobs: Job[]; onOpen: (id: string) => void }) {
  const now = useNow();
  return (
    <table className="jobs">
      <caption className="visually-hidden">Jobs, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col" className="wide-only">
            Queue
          </th>
          <th scope="col">State</th>
          <th scope="col" className="wide-only">
            Try
          </th>
          <th scope="col" className="wide-only">
            Added
          </th>
          <th scope="col" className="number">
            Time
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <Row key={job.id} job={job} now={now} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ job, now, onOpen }: { job: Job; now: number; onOpen: (id: string) => void }) {
  return (
    <tr>
      <th scope="row">
        <button type="button" className="job-open" onClick={() => onOpen(job.id)}>
          {kindName(job)}
          <span className="visually-hidden">, {job.id.slice(-6)}</span>
        </button>
        {job.lastError && job.state !== "done" && <span className="job-error">{job.lastError}</span>}
      </th>
      <td className="wide-only">{job.queue}</td>
      <td className="job-state">
        <JobState job={job} />
      </td>
      <td className="wide-only">
        {job.attempt} of {job.maxAttempts}
      </td>
      <td className="wide-only">{clock(job.createdAt)}</td>
      <td className="number">{runTime(job, now)}</td>
    </tr>
  );
}

/** State as a chip; a running job that counts its steps has a bar that moves. */
export function JobState({ job }: { job: Job }) {
  const part = job.state === "running" ? partDone(job) : undefined;
  return (
    <>
      <span className={`chip ${stateTones[job.state]}`}>
        {job.cancelRequested && job.state === "running" ? "Cancelling" : stateNames[job.state]}
        {part !== undefined && ` ${percent(part)}`}
      </span>
      {job.state === "running" && <Bar label={`${kindName(job)} done`} value={part} />}
    </>
  );
}

/** How long the last run took or has been taking. */
function runTime(job: Job, now: number): string {
  if (!job.startedAt) return "–";
  if (job.state === "running") return duration(now - Date.parse(job.startedAt));
  return isOver(job) && job.finishedAt
    ? duration(Date.parse(job.finishedAt) - Date.parse(job.startedAt))
    : "–";
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
