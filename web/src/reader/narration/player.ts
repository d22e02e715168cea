import type { Clip } from "./timeline";

/** What the player tells. */
export interface PlayerEvents {
  onClip: (index: number) => void;
  onState: (playing: boolean) => void;
  /** The last clip has been read. */
  onEnd: () => void;
  /** A sound could not be played. */
  onSilence: () => void;
  /** The text of a clip without sound, its language, and a sound or film that the text itself is. */
  wordsOf: (clip: Clip) => { text: string; lang: string; media?: HTMLMediaElement | undefined };
}

/** A clip that follows in the same file within this many seconds goes on without a jump. */
const seam = 0.15;
/** A voice that has not begun after so long, in ms, is none. */
const voicePatience = 1500;
/** How long an unspoken text stays marked: per character, at least and at most, in ms. */
const silent = { each: 60, least: 1000, most: 6000 };

/** Plays clips one after the other: sound by an audio element of the page, text by the browser's voice. */
export class Player {
  rate = 1;
  #clips: Clip[] = [];
  #at = 0;
  #playing = false;
  /** Numbers each start, so that what an earlier one still reports is not heard. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #audio: HTMLAudioElement;
  readonly #events: PlayerEvents;

  constructor(audio: HTMLAudioElement, events: PlayerEvents) {
    this.#audio = audio;
    this.#events = events;
    audio.addEventListener("timeupdate", this.#watch);
    audio.addEventListener("ended", this.#ended);
    audio.addEventListener("error", this.#failed);
  }

  get playing(): boolean {
    return this.#playing;
  }

  get index(): number {
    return this.#at;
  }

  load(clips: Clip[]): void {
    this.#clips = clips;
    this.#at = 0;
  }

  /** Begins at a clip, playing or not. */
  go(index: number, play = this.#playing): void {
    this.#stop();
    this.#at = index;
    const clip = this.#clips[index];
    if (!clip) {
      this.#audio.pause();
      this.#events.onEnd();
      return;
    }
    this.#set(play);
    this.#events.onClip(index);
    if (play) this.#begin(clip);
    else this.#audio.pause();
  }

  play(): void {
    if (!this.#playing) this.go(this.#at, true);
  }

  pause(): void {
    this.#stop();
    this.#audio.pause();
    this.#set(false);
  }

  speed(rate: number): void {
    this.rate = rate;
    this.#audio.playbackRate = rate;
    this.#arm();
  }

  dispose(): void {
    this.pause();
    this.#audio.removeEventListener("timeupdate", this.#watch);
    this.#audio.removeEventListener("ended", this.#ended);
    this.#audio.removeEventListener("error", this.#failed);
  }

  #begin(clip: Clip): void {
    if (!clip.audio) {
      this.#audio.pause();
      this.#speak(clip);
      return;
    }
    const { url, begin } = clip.audio;
    const audio = this.#audio;
    if (audio.src !== url) audio.src = url;
    if (Math.abs(audio.currentTime - begin) > seam) audio.currentTime = begin;
    audio.playbackRate = this.rate;
    const turn = this.#turn;
    audio.play().then(
      () => this.#arm(),
      (error: DOMException) => {
        if (turn === this.#turn && error.name !== "AbortError") this.#failed();
      },
    );
    this.#arm();
  }

  #next(): void {
    this.go(this.#at + 1);
  }

  #speak(clip: Clip): void {
    const { text, lang, media } = this.#events.wordsOf(clip);
    const turn = this.#turn;
    const on = () => {
      if (turn === this.#turn) this.#next();
    };
    if (media) {
      media.addEventListener("ended", on, { once: true });
      media.play().catch(on);
      return;
    }
    const wait = () => {
      clearTimeout(this.#timer);
      const ms = Math.min(silent.most, Math.max(silent.least, text.length * silent.each));
      this.#timer = setTimeout(on, ms / this.rate);
    };
    if (!("speechSynthesis" in globalThis) || text === "") {
      wait();
      return;
    }
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = lang;
    utterance.rate = this.rate;
    utterance.onstart = () => clearTimeout(this.#timer);
    utterance.onend = on;
    utterance.onerror = () => {
      if (turn === this.#turn) wait();
    };
    speechSynthesis.speak(utterance);
    this.#timer = setTimeout(wait, voicePatience);
  }

  #stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
  }

  #set(playing: boolean): void {
    if (playing === this.#playing) return;
    this.#playing = playing;
    this.#events.onState(playing);
  }

  /** `timeupdate` comes four times a second: the end of a clip is met by a timer. */
  #arm(): void {
    const end = this.#clips[this.#at]?.audio?.end;
    if (!this.#playing || end === undefined || this.#audio.paused) return;
    clearTimeout(this.#timer);
    const rest = (end - this.#audio.currentTime) / this.rate;
    if (rest < 1) this.#timer = setTimeout(this.#watch, Math.max(0, rest * 1000));
  }

  #watch = (): void => {
    const clip = this.#clips[this.#at]?.audio;
    if (!this.#playing || !clip || this.#audio.seeking || this.#audio.src !== clip.url) return;
    if (clip.end !== undefined && this.#audio.currentTime >= clip.end - 0.02) this.#next();
    else this.#arm();
  };

  #ended = (): void => {
    if (this.#playing && this.#clips[this.#at]?.audio) this.#next();
  };

  #failed = (): void => {
    if (!this.#clips[this.#at]?.audio) return;
    this.pause();
    this.#events.onSilence();
  };
}
