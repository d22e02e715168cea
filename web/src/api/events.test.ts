import { expect, test } from "vitest";
import { EventParser, type ServerEvent } from "./events";

function parse(...chunks: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = new EventParser((event) => events.push(event));
  for (const chunk of chunks) parser.push(chunk);
  return events;
}

test("events come whole, however the stream is cut", () => {
  const stream = 'event: job\ndata: {"id":1}\n\nevent: book\ndata: {"bookId":"b"}\n\n';
  const whole = [
    { name: "job", data: { id: 1 } },
    { name: "book", data: { bookId: "b" } },
  ];
  expect(parse(stream)).toEqual(whole);
  expect(parse(...stream)).toEqual(whole);
});

test("CRLF line ends are one end, also when cut between", () => {
  expect(parse("event: a\r", "\ndata: 1\r\n\r", "\n")).toEqual([{ name: "a", data: 1 }]);
});

test("comments, unknown fields and data that is no JSON are passed over", () => {
  expect(parse(": ping\n\nid: 7\ndata: {oops\n\ndata: 2\n\n")).toEqual([{ name: "message", data: 2 }]);
});
