import "./jobs.css";
import { useSearchParams } from "wouter";
import { live } from "../api/events";
import { inPlainWords } from "../api/problem";
import { useIsAdmin, useSession } from "../api/session";
import { useStore } from "../api/store";
import type { JobState } from "../api/types";
import { Failure, Note, SignInFirst } from "../shell/Failure";
import { Page, Void, Waiting } from "../shell/Page";
import { NotYours } from "../upload/UploadPage";
import { JobDetail } from "./JobDetail";
import { JobTable } from "./JobTable";
import { Queues } from "./Queues";
import { type JobFilters, useControl, useJobs, useLiveJobs, useQueues } from "./queries";
import { stateNames } from "./words";

export default function JobsPage() {
  const session = useSession();
  const admin = useIsAdmin();
  if (!admin) {
    return (
      <Page title="Jobs" heading="hidden">
        {session.state === "unknown" ? (
          <Waiting />
        ) : session.state === "anonymous" ? (
          <SignInFirst />
        ) : (
          <NotYours />
        )}
      </Page>
    );
  }
  return (
    <Page title="Jobs" lead="What the library is working on, as it happens." aside={<Live />}>
      <Board />
    </Page>
  );
}

function Live() {
  const standing = useStore(live);
  return (
    <span className={standing ? "chip good" : "chip"}>
      <span className={standing ? "pulse" : "pulse off"} /> {standing ? "Live" : "Looking every 2 seconds"}
    </span>
  );
}

function Board() {
  const [params, setParams] = useSearchParams();
  const filters = filtersOf(params);
  const queues = useQueues();
  const jobs = useJobs(filters);
  const control = useControl();
  useLiveJobs();
  const set = (name: string, value: string | undefined) =>
    setParams((now) => {
      const next = new URLSearchParams(now);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  const open = params.get("job");
  const list = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Queues
        queues={queues.data ?? []}
        chosen={filters.queue}
        onChoose={(queue) => set("queue", queue)}
        onControl={control.mutate}
      />
      {control.error && <Note tone="bad">{inPlainWords(control.error)}</Note>}
      <States chosen={filters.state} onChoose={(state) => set("state", state)} />
      {jobs.error && list.length === 0 ? (
        <Failure error={jobs.error} retry={jobs.refetch} />
      ) : jobs.isPending ? (
        <Waiting />
      ) : list.length === 0 ? (
        <Void icon="check" title="No jobs here">
          <p>{filters.queue || filters.state ? "Nothing matches these filters." : "Everything is done."}</p>
        </Void>
      ) : (
        <JobTable jobs={list} onOpen={(id) => set("job", id)} />
      )}
      {jobs.hasNextPage && (
        <p className="more-jobs">
          <button type="button" className="button" onClick={() => jobs.fetchNextPage()}>
            {jobs.isFetchingNextPage ? "Fetching more…" : "Show older"}
          </button>
        </p>
      )}
      {open && <JobDetail id={open} onClose={() => set("job", undefined)} onControl={control.mutate} />}
    </>
  );
}

function filtersOf(params: URLSearchParams): JobFilters {
  const filters: JobFilters = {};
  const [queue, state] = [params.get("queue"), params.get("state")];
  if (queue) filters.queue = queue;
  if (state && state in stateNames) filters.state = state as JobState;
  return filters;
}

interface StatesProps {
  chosen: JobState | undefined;
  onChoose: (state: JobState | undefined) => void;
}

function States({ chosen, onChoose }: StatesProps) {
  const choices: [JobState | undefined, string][] = [
    [undefined, "All"],
    ...(Object.entries(stateNames) as [JobState, string][]),
  ];
  return (
    <fieldset className="states">
      <legend className="visually-hidden">Show jobs in state</legend>
      {choices.map(([state, name]) => (
        <button
          key={name}
          type="button"
          className="button small"
          aria-pressed={chosen === state}
          onClick={() => onChoose(state)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
