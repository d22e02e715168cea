import type { RefObject } from "react";
import type { ReadingSession } from "../../api/types";
import { announce } from "../../shell/announce";
import type { SliceDocument } from "../frame";
import type { Publication } from "../publication";
import type { View } from "../spreads";
import { mark } from "./highlight";
import { Player } from "./player";
import { spokenClips } from "./speech";
import { type Clip, clipsOf, isSkippable, partToLeave } from "./timeline";

/** What the read-aloud knows of the room it plays in. */
export interface Room {
  session: ReadingSession;
  publication: Publication;
  view: View;
  documentOf: (slice: number) => SliceDocument | undefined;
  /** Opens a slice at an element. */
  onGo: (slice: number, id: string | undefined) => void;
}

/** What a listener likes; kept on this device. */
export interface Taste {
  rate: number;
  /** Without notes and page numbers. */
  skip: boolean;
}

/** Brings together the player, the timelines and the documents. */
export class Engine {
  readonly #player: Player;
  readonly #room: RefObject<Room>;
  readonly #onClip: (clip: Clip | undefined) => void;
  readonly #timelines = new Map<string, Promise<Clip[]>>();
  #clips: Clip[] = [];
  #overlay: string | undefined;
  /** The slice the player itself has turned to. */
  #turning: number | undefined;
  #unmark: () => void = () => undefined;
  #skip = false;

  constructor(
    audio: HTMLAudioElement,
    room: RefObject<Room>,
    onClip: (clip: Clip | undefined) => void,
    onState: (playing: boolean) => void,
  ) {
    this.#room = room;
    this.#onClip = onClip;
    this.#player = new Player(audio, {
      onClip: (index) => this.#show(index),
      onState,
      onEnd: () => void this.#goOn(),
      onSilence: () => announce("The recording could not be played."),
      wordsOf: (clip) => wordsOf(this.#elementOf(clip)),
    });
  }

  dispose(): void {
    this.#unmark();
    this.#player.dispose();
  }

  prefer({ rate, skip }: Taste): void {
    this.#skip = skip;
    this.#player.speed(rate);
  }

  toggle(): void {
    if (this.#player.playing) this.#player.pause();
    else if (this.#clips.length > 0) this.#player.play();
    else void this.start(this.#room.current.view[0].slice, true);
  }

  step(step: 1 | -1): void {
    const index = this.#wanted(this.#player.index + step, step);
    if (index < 0) this.#player.go(0);
    else this.#player.go(index);
  }

  /** To what follows the table, list or note that is being read. */
  leave(): void {
    const clip = this.#clips[this.#player.index];
    const part = clip && partToLeave(clip);
    if (!part) return;
    const behind = this.#clips.findLastIndex(({ groups }) => groups.includes(part.group)) + 1;
    this.#player.go(behind);
  }

  /** Begins with what is in the window of a slice, or of the next one that has sound. */
  async start(slice: number, play: boolean): Promise<void> {
    const leaf = this.#room.current.view.find((leaf) => this.#room.current.publication.overlay(leaf.slice));
    const from = this.#room.current.publication.overlay(slice) ? slice : (leaf?.slice ?? slice);
    if (!(await this.#load(from))) return;
    const first = this.#clips.findIndex((clip) => clip.slice === from && this.#inSight(clip));
    const any = this.#clips.findIndex((clip) => clip.slice === from);
    this.#player.go(this.#wanted(Math.max(0, first >= 0 ? first : any), 1), play);
  }

  arrived(slice: number): void {
    const clip = this.#clips[this.#player.index];
    if (this.#turning === slice || (this.#player.playing && clip?.slice === slice && this.#inSight(clip))) {
      this.#turning = undefined;
      if (clip) this.#mark(clip);
      return;
    }
    if (
      this.#room.current.view.some((leaf) => leaf.slice === slice) &&
      slice === this.#room.current.view[0].slice
    )
      void this.start(slice, this.#player.playing);
  }

  press(slice: number, target: Element): void {
    for (let element: Element | null = target; element; element = element.parentElement) {
      const is = (clip: Clip) =>
        clip.element === element || (clip.id !== undefined && clip.id === element?.id);
      const index = this.#clips.findIndex((clip) => clip.slice === slice && is(clip));
      if (index < 0) continue;
      this.#player.go(index, true);
      return;
    }
  }

  async #load(slice: number): Promise<boolean> {
    const { publication, session } = this.#room.current;
    const overlay = publication.overlay(slice);
    if (!overlay) return this.#loadSpoken(slice);
    if (overlay !== this.#overlay) {
      const base = new URL(session.contentBase, location.href).href;
      const address = new URL(overlay, base).href;
      const asked = this.#timelines.get(overlay) ?? fetchClips(address, base, publication);
      this.#timelines.set(overlay, asked);
      const clips = await asked.catch(() => {
        this.#timelines.delete(overlay);
        announce("The recording could not be loaded.");
        return [];
      });
      this.#overlay = overlay;
      this.#clips = clips;
      this.#player.load(clips);
    }
    return this.#clips.length > 0;
  }

  /** Where a book has no recording, the browser's voice reads the open slice. */
  #loadSpoken(slice: number): boolean {
    const document = this.#room.current.documentOf(slice)?.document;
    if (!document || this.#room.current.publication.spoken) return false;
    this.#overlay = undefined;
    this.#clips = spokenClips(slice, document);
    this.#player.load(this.#clips);
    // A picture or an empty page is passed over.
    if (this.#clips.length === 0 && this.#player.playing) void this.#goOn(slice);
    return this.#clips.length > 0;
  }

  /** At the end of a timeline: the next one of the book. */
  async #goOn(from?: number): Promise<void> {
    const { publication, onGo } = this.#room.current;
    if (!publication.spoken) {
      const here = from ?? this.#clips.at(-1)?.slice ?? publication.count;
      const next = publication.after(here);
      // What is opened there is read as soon as it has arrived.
      if (next !== undefined) return onGo(next, undefined);
    }
    const last = Math.max(-1, ...this.#clips.map(({ slice }) => slice));
    for (let slice = last + 1; slice < publication.count; slice += 1) {
      const overlay = publication.overlay(slice);
      if (!publication.linear(slice) || !overlay || overlay === this.#overlay) continue;
      if (await this.#load(slice)) return this.#player.go(this.#wanted(0, 1));
    }
    this.#unmark();
    this.#player.pause();
    announce("The reading ends here.");
  }

  /** The index itself, or the next in that direction that is not to be skipped. */
  #wanted(index: number, step: 1 | -1): number {
    let at = index;
    for (let clip = this.#clips[at]; this.#skip && clip && isSkippable(clip); clip = this.#clips[at])
      at += step;
    return at;
  }

  #show(index: number): void {
    const wanted = this.#wanted(index, 1);
    if (wanted !== index) {
      this.#player.go(wanted);
      return;
    }
    const clip = this.#clips[index];
    this.#onClip(clip);
    if (!clip) return;
    const { view, onGo } = this.#room.current;
    if (view.some(({ slice }) => slice === clip.slice) && this.#room.current.documentOf(clip.slice)) {
      this.#turning = undefined;
      this.#mark(clip);
    } else {
      this.#unmark();
      this.#turning = clip.slice;
      onGo(clip.slice, clip.id);
    }
  }

  #mark(clip: Clip): void {
    this.#unmark();
    const element = this.#elementOf(clip);
    if (!element) return;
    const { publication, documentOf } = this.#room.current;
    documentOf(clip.slice)?.reveal(element);
    this.#unmark = mark(element, publication.activeClass, publication.playbackClass);
  }

  #elementOf({ slice, id, element }: Clip): Element | null {
    if (element) return element.isConnected ? element : null;
    const document = this.#room.current.documentOf(slice)?.document;
    return document ? (id === undefined ? document.body : document.getElementById(id)) : null;
  }

  #inSight(clip: Clip): boolean {
    const element = this.#elementOf(clip);
    return element !== null && (this.#room.current.documentOf(clip.slice)?.follows(element) ?? false);
  }
}

async function fetchClips(address: string, base: string, book: Publication): Promise<Clip[]> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status}`);
  return clipsOf(await response.json(), address, base, book);
}

function wordsOf(element: Element | null) {
  const media = element?.matches("audio, video") ? (element as HTMLMediaElement) : undefined;
  const text = (element as HTMLElement | null)?.innerText ?? element?.textContent ?? "";
  const lang = element?.closest("[lang]")?.getAttribute("lang") ?? "";
  return { text: text.replace(/\s+/g, " ").trim(), lang, media };
}
