/** One event of a stream. */
export interface ServerEvent {
  /** `message` where it has no name. */
  readonly event: string;
  readonly data: string;
  /** Where a reader goes on that comes again; that of an earlier event where it has none. */
  readonly id: string | undefined;
}

/**
 * Reads server-sent events (WHATWG HTML, "Parsing an event stream") from the body of an answer. The
 * browser's own `EventSource` cannot send a token.
 *
 * @example
 * ```ts
 * for await (const { event, data } of readEvents(answer.body)) console.log(event, JSON.parse(data));
 * ```
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  let data: string[] = [];
  let id: string | undefined;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const ended of lines) {
        const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
        if (line === "") {
          if (data.length > 0) yield { event: event || "message", data: data.join("\n"), id };
          event = "";
          data = [];
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon === -1 ? line : line.slice(0, colon);
        const text = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") event = text;
        else if (field === "data") data.push(text);
        else if (field === "id") id = text;
      }
    }
  } finally {
    // Whoever reads no further needs the connection no longer.
    reader.cancel().catch(() => {});
  }
}
