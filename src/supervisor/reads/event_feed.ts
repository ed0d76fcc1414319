import { turnEnds } from "../../async/turn_ends.ts";
import { dayOf } from "../../db/day_files.ts";
import {
  endOfEvents,
  type EventPosition,
  eventsFrom,
  newEvents,
  type PlacedEvent,
} from "../../db/event_positions.ts";
import type { RuntimeRoot } from "../../root.ts";

/** Tells events to whoever listens, as soon as they are recorded. */
export class EventFeed {
  readonly #root: RuntimeRoot;
  readonly #listeners = new Set<(event: PlacedEvent) => void>();
  /** Up to where the listeners have been told; of no meaning while there is none. */
  #position: EventPosition = { day: "", offset: 0 };
  #isDue = false;

  constructor(root: RuntimeRoot) {
    this.#root = root;
  }

  /** To be called when something was recorded. */
  recorded(): void {
    if (this.#listeners.size === 0 || this.#isDue) return;
    this.#isDue = true;
    // Several events of one moment are read together.
    turnEnds().then(() => this.#catchUp());
  }

  /**
   * Tells all events behind a place, and then each that is recorded, once and in their order.
   *
   * @param goesOn Awaited before each piece of what was recorded before; nothing more is told where
   * it is false.
   * @returns what ends it.
   */
  async follow(
    from: EventPosition,
    listener: (event: PlacedEvent) => void,
    goesOn: () => Promise<boolean>,
  ): Promise<() => void> {
    for (let isBehind = true; isBehind;) {
      for await (const events of eventsFrom(this.#root, from)) {
        if (!await goesOn()) return () => {};
        for (const event of events) listener(event);
        from = events.at(-1)?.next ?? from;
      }
      // From here to the end of this function nothing is recorded: it does not wait.
      const { events } = newEvents(this.#root, from);
      isBehind = events.length > 0;
    }
    if (this.#listeners.size === 0) this.#position = from;
    else this.#catchUp();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #catchUp(): void {
    this.#isDue = false;
    const today = dayOf(Date.now());
    for (;;) {
      const { events, next } = newEvents(this.#root, this.#position);
      for (const event of events) for (const tell of this.#listeners) tell(event);
      if (next.offset !== this.#position.offset) this.#position = next;
      else if (this.#position.day < today) this.#position = { day: dayAfter(next.day), offset: 0 };
      else break;
    }
    // The clock was set back over midnight: what comes now is recorded in an earlier file again.
    if (this.#position.day > today) this.#position = endOfEvents(this.#root);
  }
}

function dayAfter(day: string): string {
  return dayOf(Date.parse(day) + 86_400_000);
}
