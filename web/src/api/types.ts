import type { Schema } from "@bindery/client";

export type Book = Schema<"Book">;
export type Job = Schema<"Job">;
export type JobState = Schema<"JobState">;
export type Progress = Schema<"Progress">;
export type Queue = Schema<"Queue">;
export type ReadingSession = Schema<"ReadingSession">;
export type User = Schema<"User">;
