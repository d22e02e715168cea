import { Link } from "wouter";
import type { Job } from "../api/types";
import { Dialog } from "../shell/Dialog";
import { Failure } from "../shell/Failure";
import { clock, duration } from "../shell/format";
import { Icon } from "../shell/Icon";
import { Waiting } from "../shell/Page";
import { JobState } from "./JobTable";
import { control, isOver, type useControl, useJob } from "./queries";
import { kindName, priorityNames } from "./words";

interface JobDetailProps {
  id: string;
  onClose: () => void;
  onControl: ReturnType<typeof useControl>["mutate"];
}

export function JobDetail({ id, onClose, onControl }: JobDetailProps) {
  const { data: job, error, refetch } = useJob(id);
  return (
    <Dialog title={job ? kindName(job) : "Job"} onClose={onClose} className="dialog sheet">
      {job ? (
        <Body job={job} onControl={onControl} />
      ) : error ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Waiting />
      )}
    </Dialog>
  );
}

function Body({ job, onControl }: { job: Job; onControl: JobDetailProps["onControl"] }) {
  return (
    <div className="stack">
      <div className="job-state">
        <JobState job={job} />
      </div>
      <div className="actions">
        {!isOver(job) && (
          <button
            type="button"
            className="button small danger"
            aria-disabled={job.cancelRequested}
            onClick={() => job.cancelRequested || onControl(control.cancel(job.id))}
          >
            <Icon name="close" /> {job.cancelRequested ? "Cancelling…" : "Cancel"}
          </button>
        )}
        {(job.state === "dead" || job.state === "cancelled") && (
          <button type="button" className="button small" onClick={() => onControl(control.retry(job.id))}>
            <Icon name="retry" /> Try again
          </button>
        )}
        {job.bookId && (
          <Link className="button small" href={`/books/${job.bookId}`}>
            See the book
          </Link>
        )}
      </div>
      {job.lastError && (
        <section>
          <h3>{job.state === "done" ? "An earlier try failed" : "Last error"}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
          <pre tabIndex={0}>{job.lastError}</pre>
        </section>
      )}
      <section>
        <h3>Timeline</h3>
        <ol className="timeline">
          {timeline(job).map(({ time, text }) => (
            <li key={text}>
              <time dateTime={time}>{clock(time)}</time> {text}
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h3>Facts</h3>
        <dl className="job-facts">
          <Fact name="Queue" value={job.queue} />
          <Fact name="Priority" value={priorityNames[job.priority]} />
          <Fact name="Tries" value={`${job.attempt} of ${job.maxAttempts}`} />
          <Fact name="Worker" value={job.worker} />
          <Fact name="Id" value={job.id} />
          <Fact name="Payload" value={JSON.stringify(job.payload)} />
        </dl>
      </section>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What is known of a job's life, in order. */
export function timeline(job: Job): { time: string; text: string }[] {
  const events = [{ time: job.createdAt, text: "Added to the queue" }];
  const started = job.startedAt;
  if (started) {
    const waited = duration(Date.parse(started) - Date.parse(job.createdAt));
    events.push({
      time: started,
      text: job.attempt > 1 ? `Try ${job.attempt} began` : `Began, after ${waited}`,
    });
  }
  if (job.state === "queued" && Date.parse(job.runAt) > Date.parse(job.createdAt)) {
    events.push({ time: job.runAt, text: job.attempt > 0 ? "Next try" : "May begin" });
  }
  if (job.finishedAt) {
    const took = started ? `, after ${duration(Date.parse(job.finishedAt) - Date.parse(started))}` : "";
    const how = { done: "Done", dead: "Given up", cancelled: "Cancelled" } as Partial<Record<string, string>>;
    events.push({ time: job.finishedAt, text: `${how[job.state] ?? "Ended"}${took}` });
  }
  return events.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}
