// What opens over the text, loaded when it is first wanted.
export { Contents } from "./Contents";
export { LeaveDialog } from "./LeaveDialog";
export { Note } from "./Note";
export { TypographyPanel } from "./TypographyPanel";
