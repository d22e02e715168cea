import { type RefObject, useLayoutEffect, useState } from "react";
import type { Size } from "./manifest";

/** The room the pages have, and whether the window lies on its long side. */
export interface Stage extends Size {
  landscape: boolean;
}

/** Follows the size of an element; undefined until it is known. */
export function useStage(element: RefObject<HTMLElement | null>): Stage | undefined {
  const [stage, setStage] = useState<Stage>();
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = current;
      const landscape = innerWidth > innerHeight;
      setStage((old) =>
        old?.width === width && old.height === height && old.landscape === landscape
          ? old
          : { width, height, landscape },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return stage;
}
