const paths = {
  back: "M19 12H5m6-7-7 7 7 7",
  book: "M12 6c-2.5-1.8-5.6-2-9-1v13c3.4-1 6.5-.8 9 1 2.5-1.8 5.6-2 9-1V5c-3.4-1-6.5-.8-9 1Zm0 0v13",
  check: "m5 12.5 4.5 4.5L19 7",
  close: "M6 6l12 12M18 6 6 18",
  down: "m6 9 6 6 6-6",
  left: "m15 5-7 7 7 7",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  pause: "M8 5v14M16 5v14",
  play: "M7 5v14l12-7Z",
  retry: "M4 12a8 8 0 1 1 2.4 5.7M4 20v-5h5",
  right: "m9 5 7 7-7 7",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 5 5",
  sound: "M4 9.5v5h3.5L13 19V5L7.5 9.5ZM16.5 8.5a5 5 0 0 1 0 7m2.5-10a9 9 0 0 1 0 13",
  sun: "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  auto: "M4 5h16v11H4ZM9 20h6m-3-4v4",
  toc: "M4 6h.01M8 6h12M4 12h.01M8 12h12M4 18h.01M8 18h12",
  type: "M3 19 8.5 5 14 19M5 14.5h7M15.5 19l3-8 3 8m-5-2.5h4",
  upload: "M12 16V4m-5 5 5-5 5 5M4 17v3h16v-3",
  warn: "M12 4 2.5 20h19ZM12 10v4.5m0 2.8v.01",
} as const;

export type IconName = keyof typeof paths;

/** A line icon; always beside or inside something that has a name of its own. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
