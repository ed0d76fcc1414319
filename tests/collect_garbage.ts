import { Session } from "node:inspector";

/** Has V8 collect all garbage, for tests of what is no longer held. */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  // What the inspector is asked does not keep the event loop going by itself.
  const alive = setInterval(() => {}, 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      session.post("HeapProfiler.collectGarbage", (error) => error ? reject(error) : resolve());
    });
  } finally {
    clearInterval(alive);
    session.disconnect();
  }
}
