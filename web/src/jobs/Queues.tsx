import type { Queue } from "../api/types";
import { duration } from "../shell/format";
import { Icon } from "../shell/Icon";
import { control, type useControl } from "./queries";

interface QueuesProps {
  queues: Queue[];
  chosen: string | undefined;
  onChoose: (queue: string | undefined) => void;
  onControl: ReturnType<typeof useControl>["mutate"];
}

/** One tile for each queue: how deep it is, and the buttons that narrow the list or hold the queue. */
export function Queues({ queues, chosen, onChoose, onControl }: QueuesProps) {
  return (
    <ul className="queues" aria-label="Queues">
      {queues.map((queue) => {
        const { queue: name, ready, running, dead, paused, oldestAgeS } = queue;
        return (
          <li key={name} className={chosen === name ? "panel queue chosen" : "panel queue"}>
            <div className="queue-head">
              <button
                type="button"
                className="queue-name"
                aria-pressed={chosen === name}
                onClick={() => onChoose(chosen === name ? undefined : name)}
              >
                {name}
              </button>
              <button
                type="button"
                className="button plain icon-only small"
                aria-label={paused ? `Resume ${name}` : `Pause ${name}`}
                onClick={() => onControl(paused ? control.resume(name) : control.pause(name))}
              >
                <Icon name={paused ? "play" : "pause"} />
              </button>
            </div>
            <dl>
              <Count name="Ready" count={ready} />
              <Count name="Running" count={running} />
              <Count name="Given up" count={dead} bad={dead > 0} />
            </dl>
            <p className="small soft">
              {paused ? (
                <span className="chip warn">Paused</span>
              ) : oldestAgeS != null && ready > 0 ? (
                `Oldest waits ${duration(oldestAgeS * 1000)}`
              ) : (
                "Nothing waits"
              )}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

function Count({ name, count, bad }: { name: string; count: number; bad?: boolean }) {
  return (
    <div className={bad ? "bad" : undefined}>
      <dt>{name}</dt>
      <dd>{count}</dd>
    </div>
  );
}
