import { useRef, useState } from "react";
import { useSearchParams } from "wouter";
import type { Place } from "./place";
import type { Target } from "./publication";
import { wantedSlice } from "./wanted";

/**
 * The way through the book. The page's address says which slice is read; where in it to land is kept
 * here until its document is there.
 */
export function usePassage(begin: Place, count: number) {
  const [params, setParams] = useSearchParams();
  const slice = wantedSlice(params.get("slice"), count) ?? begin.slice;
  const next = useRef<{ slice: number; target: Target }>({ slice: begin.slice, target: landing(begin) });
  const landed = useRef(false);
  const [backTo, setBackTo] = useState<Place>();

  return {
    slice,
    /** Where a link was followed from, while one may want to return there. */
    backTo,
    go(to: number, target: Target, how: "push" | "replace") {
      next.current = { slice: to, target };
      if (to === slice) return;
      setParams({ slice: String(to) }, { replace: how === "replace" });
    },
    /** Where to land in the slice that has just been opened. By the browser's back button: its start. */
    target(): Target {
      return next.current.slice === slice ? next.current.target : { at: "start" };
    },
    /** False for the very first landing, which is an opening and no turn. */
    turned(): boolean {
      const before = landed.current;
      landed.current = true;
      return before;
    },
    leave: setBackTo,
    returned(): [number, Target] {
      const place = backTo ?? begin;
      setBackTo(undefined);
      return [place.slice, landing(place)];
    },
  };
}

function landing(place: Place): Target {
  if (place.offset !== undefined)
    return { at: "offset", offset: place.offset, progression: place.progression };
  return place.progression > 0 ? { at: "progression", progression: place.progression } : { at: "start" };
}
