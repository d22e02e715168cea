/** The slice an address names; undefined when it names none of this book. */
export function wantedSlice(given: string | null, count: number): number | undefined {
  if (given === null || !/^\d{1,6}$/.test(given)) return undefined;
  const slice = Number(given);
  return slice < count ? slice : undefined;
}
