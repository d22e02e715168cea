/** The books someone opened last on this device, newest first: the "continue reading" shelf asks their progress. */
const limit = 6;

export function recentBooks(userId: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key(userId)) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function rememberBook(userId: string, bookId: string): void {
  save(userId, [bookId, ...recentBooks(userId).filter((id) => id !== bookId)].slice(0, limit));
}

export function forgetBook(userId: string, bookId: string): void {
  save(
    userId,
    recentBooks(userId).filter((id) => id !== bookId),
  );
}

function save(userId: string, ids: string[]): void {
  try {
    localStorage.setItem(key(userId), JSON.stringify(ids));
  } catch {
    // No storage, no shelf.
  }
}

function key(userId: string): string {
  return `bindery.recent.${userId}`;
}
