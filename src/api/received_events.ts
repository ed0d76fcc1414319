import { TextLineStream } from "@std/streams";

/** An event of a stream, as it arrived. */
export interface ReceivedEvent {
  /** The last id that was told; `undefined`: none was. */
  readonly id: string | undefined;
  /** Its name; `message` where it has none. An empty `data` only told an id. */
  readonly event: string;
  /** What its JSON says; `undefined` where it only told an id. */
  readonly data: unknown;
}

/**
 * Reads server-sent events (WHATWG HTML, "Interpreting an event stream"), as the supervisor sends
 * them: each has one line of data at most.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ReceivedEvent> {
  let id: string | undefined;
  let event = "message";
  let data: string | undefined;
  let isIdNew = false;
  const lines = body.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const [field, value = ""] = line.split(/: ?(.*)/s);
    if (line === "") {
      if (data !== undefined) yield { id, event, data: JSON.parse(data) };
      else if (isIdNew) yield { id, event: "message", data: undefined };
      [event, data, isIdNew] = ["message", undefined, false];
    } else if (field === "id") [id, isIdNew] = [value, true];
    else if (field === "event") event = value;
    else if (field === "data") data = value;
  }
}
