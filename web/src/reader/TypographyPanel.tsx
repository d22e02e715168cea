import { useId } from "react";
import { Dialog } from "../shell/Dialog";
import { percent } from "../shell/format";
import { bounds, type Family, type FlowChoice, type Paper, standard, type Typography } from "./typography";

interface PanelProps {
  typography: Typography;
  onChange: (change: Partial<Typography>) => void;
  onClose: () => void;
}

const families: Record<Family, string> = {
  book: "The book’s own",
  serif: "Serif",
  sans: "Sans serif",
  legible: "Easy to tell apart",
};

const flows: Record<FlowChoice, string> = {
  auto: "As the book wishes",
  scrolled: "Scroll",
  paginated: "Turn pages",
};

const papers: Record<Paper, string> = { auto: "As the app", light: "Light", sepia: "Sepia", dark: "Dark" };

/** Size, lines, width, face and paper; every change shows at once in the text behind. */
export function TypographyPanel({ typography, onChange, onClose }: PanelProps) {
  const { size, leading, width, family, paper, flow } = typography;
  const id = useId();
  return (
    <Dialog title="Text" onClose={onClose} className="dialog sheet clear">
      <div className="stack typography">
        <Range
          label="Size"
          shown={percent(size / 100)}
          value={size}
          {...bounds.size}
          onValue={(value) => onChange({ size: value })}
        />
        <Range
          label="Line spacing"
          shown={leading === 0 ? "The book’s own" : leading.toFixed(1)}
          value={leading === 0 ? 1.5 : leading}
          {...bounds.leading}
          onValue={(value) => onChange({ leading: Math.round(value * 10) / 10 })}
        />
        <Range
          label="Line width"
          shown={`${width} em`}
          value={width}
          {...bounds.width}
          onValue={(value) => onChange({ width: value })}
        />
        <Choice
          label="Typeface"
          value={family}
          options={families}
          onValue={(value) => onChange({ family: value })}
        />
        <Choice label="Layout" value={flow} options={flows} onValue={(value) => onChange({ flow: value })} />
        <fieldset className="papers">
          <legend className="field-label">Paper</legend>
          {(Object.entries(papers) as [Paper, string][]).map(([value, name]) => (
            <label key={value} className={`paper paper-${value}`}>
              <input
                type="radio"
                name={`${id}-paper`}
                checked={paper === value}
                onChange={() => onChange({ paper: value })}
              />
              {name}
            </label>
          ))}
        </fieldset>
        <button type="button" className="button" onClick={() => onChange(standard)}>
          Reset
        </button>
      </div>
    </Dialog>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: Record<T, string>;
  onValue: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onValue }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onValue(event.target.value as T)}>
        {(Object.entries(options) as [T, string][]).map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface RangeProps {
  label: string;
  shown: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onValue: (value: number) => void;
}

function Range({ label, shown, onValue, ...range }: RangeProps) {
  const id = useId();
  return (
    <div className="field">
      <div className="range-head">
        <label className="field-label" htmlFor={id}>
          {label}
        </label>
        <output htmlFor={id}>{shown}</output>
      </div>
      <input
        id={id}
        type="range"
        {...range}
        aria-valuetext={shown}
        onChange={(event) => onValue(Number(event.target.value))}
      />
    </div>
  );
}
