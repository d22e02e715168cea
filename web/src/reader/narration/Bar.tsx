import { Icon } from "../../shell/Icon";
import type { Taste } from "./engine";

const rates = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

interface BarProps {
  playing: boolean;
  taste: Taste;
  /** Name of the part that is being read and can be left. */
  leave: string | undefined;
  onToggle: () => void;
  onStep: (step: 1 | -1) => void;
  onLeave: () => void;
  onTaste: (change: Partial<Taste>) => void;
  onClose: () => void;
}

/** The read-aloud's controls. */
export function Bar({ playing, taste, leave, onToggle, onStep, onLeave, onTaste, onClose }: BarProps) {
  return (
    <section className="narration" aria-label="Read aloud">
      <button
        type="button"
        className="button plain icon-only"
        onClick={() => onStep(-1)}
        aria-label="Previous phrase"
      >
        <Icon name="left" />
      </button>
      <button
        type="button"
        className="button primary icon-only"
        onClick={onToggle}
        aria-label={playing ? "Pause reading" : "Play"}
      >
        <Icon name={playing ? "pause" : "play"} />
      </button>
      <button
        type="button"
        className="button plain icon-only"
        onClick={() => onStep(1)}
        aria-label="Next phrase"
      >
        <Icon name="right" />
      </button>
      <label className="narration-rate">
        <span className="visually-hidden">Speed</span>
        <select
          className="select"
          value={taste.rate}
          onChange={(event) => onTaste({ rate: Number(event.target.value) })}
        >
          {rates.map((rate) => (
            <option key={rate} value={rate}>
              {rate} ×
            </option>
          ))}
        </select>
      </label>
      <label className="narration-skip">
        <input
          type="checkbox"
          checked={taste.skip}
          onChange={(event) => onTaste({ skip: event.target.checked })}
        />
        Skip notes and page numbers
      </label>
      {leave && (
        <button type="button" className="button small" onClick={onLeave}>
          Leave the {leave}
        </button>
      )}
      <button
        type="button"
        className="button plain icon-only"
        onClick={onClose}
        aria-label="Stop reading aloud"
      >
        <Icon name="close" />
      </button>
    </section>
  );
}
