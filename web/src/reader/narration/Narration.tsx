import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { Bar } from "./Bar";
import { Engine, type Room, type Taste } from "./engine";
import { type Clip, partToLeave } from "./timeline";

/** How the reading room tells the read-aloud what the person does. */
export interface NarrationHandle {
  /** A slice has been opened, or a jump was made inside it. */
  arrived: (slice: number) => void;
  /** A click on an element of the text: reading goes on from there. */
  press: (slice: number, target: Element) => void;
}

interface NarrationProps extends Room {
  handle: RefObject<NarrationHandle | null>;
  onState: (state: "playing" | "paused") => void;
  onClose: () => void;
}

/** Reads the book aloud by its own timelines: marks what is heard, turns the pages, goes on to the next. */
export default function Narration(props: NarrationProps) {
  const latest = useRef(props);
  latest.current = props;
  const audio = useRef<HTMLAudioElement>(null);
  const engine = useRef<Engine>(undefined);
  const [playing, setPlaying] = useState(false);
  const [clip, setClip] = useState<Clip>();
  const [taste, setTaste] = useTaste();

  useEffect(() => {
    if (!audio.current) return;
    const made = new Engine(audio.current, latest, setClip, (now) => {
      setPlaying(now);
      latest.current.onState(now ? "playing" : "paused");
    });
    engine.current = made;
    void made.start(latest.current.view[0].slice, true);
    return () => made.dispose();
  }, []);
  useEffect(() => engine.current?.prefer(taste), [taste]);
  useImperativeHandle(props.handle, () => ({
    arrived: (slice) => engine.current?.arrived(slice),
    press: (slice, target) => engine.current?.press(slice, target),
  }));
  const leave = useMemo(() => clip && partToLeave(clip), [clip]);
  useMediaKeys(engine);
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: the book's text is what it says */}
      <audio ref={audio} className="overlay" preload="auto" hidden />
      <Bar
        playing={playing}
        taste={taste}
        leave={leave?.name}
        onToggle={() => engine.current?.toggle()}
        onStep={(step) => engine.current?.step(step)}
        onLeave={() => engine.current?.leave()}
        onTaste={setTaste}
        onClose={props.onClose}
      />
    </>
  );
}

function useTaste(): [Taste, (change: Partial<Taste>) => void] {
  const key = "bindery.narration";
  const [taste, setTaste] = useState<Taste>(() => {
    try {
      const { rate, skip } = JSON.parse(localStorage.getItem(key) ?? "{}");
      return { rate: rate >= 0.5 && rate <= 3 ? rate : 1, skip: skip === true };
    } catch {
      return { rate: 1, skip: false };
    }
  });
  const change = (part: Partial<Taste>) => {
    const next = { ...taste, ...part };
    setTaste(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // For this visit only.
    }
  };
  return [taste, change];
}

/** The keys of keyboards and headsets that play, pause and step. */
function useMediaKeys(engine: RefObject<Engine | undefined>): void {
  useEffect(() => {
    const keys = navigator.mediaSession;
    if (!keys) return;
    const actions: [MediaSessionAction, () => void][] = [
      ["play", () => engine.current?.toggle()],
      ["pause", () => engine.current?.toggle()],
      ["previoustrack", () => engine.current?.step(-1)],
      ["nexttrack", () => engine.current?.step(1)],
    ];
    for (const [action, act] of actions) keys.setActionHandler(action, act);
    return () => {
      for (const [action] of actions) keys.setActionHandler(action, null);
    };
  }, [engine]);
}
