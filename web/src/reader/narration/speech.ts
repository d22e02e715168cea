import { useEffect, useState } from "react";
import type { Clip } from "./timeline";

/** Whether the browser has a voice to read with. */
export function useVoice(): boolean {
  const speech = "speechSynthesis" in globalThis ? speechSynthesis : undefined;
  const [voice, setVoice] = useState(() => (speech?.getVoices().length ?? 0) > 0);
  useEffect(() => {
    if (!speech) return;
    const look = () => setVoice(speech.getVoices().length > 0);
    speech.addEventListener?.("voiceschanged", look);
    look();
    return () => speech.removeEventListener?.("voiceschanged", look);
  }, [speech]);
  return voice;
}

/** A slice without a recording as phrases to be spoken: its innermost blocks that have text. */
export function spokenClips(slice: number, document: Document): Clip[] {
  const blocks = [...document.querySelectorAll("[data-o]")];
  return blocks
    .filter((block) => !block.querySelector("[data-o]") && block.textContent?.trim())
    .filter((block) => block.getClientRects().length > 0)
    .map((element) => ({
      slice,
      id: undefined,
      element,
      audio: undefined,
      roles: rolesOf(element),
      groups: [],
    }));
}

function rolesOf(element: Element): string[] {
  const marked = element.closest("[data-epub-type]");
  return marked?.getAttribute("data-epub-type")?.split(/\s+/) ?? [];
}
