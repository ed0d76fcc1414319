import { mustLive } from "../../meta/readiness.ts";
import { FOUND_DEAD } from "./ended_run.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { ProcessTurns } from "./process_turns.ts";

/** What patrol has done about one process where its directory is not as it should be. */
export class ProcessRepair {
  readonly #life: Lifecycle;
  readonly #turns: ProcessTurns;
  readonly #process: { readonly hasMadeUpSpec: boolean };

  /** @param process Tells whether most of its spec is only defaults: that is never written. */
  constructor(
    life: Lifecycle,
    turns: ProcessTurns,
    process: { readonly hasMadeUpSpec: boolean },
  ) {
    this.#life = life;
    this.#turns = turns;
    this.#process = process;
  }

  /** Writes its `meta.json` anew, where somebody has damaged it. */
  rewrite(): void {
    if (!this.#life.removed) this.#life.state.note({});
  }

  /**
   * Writes its `spec.json` anew, where somebody has damaged it.
   *
   * @throws whatever the file system says.
   */
  rewriteSpec(): void {
    const { removed, directory, spec } = this.#life;
    if (!removed && !this.#process.hasMadeUpSpec) directory.define(spec);
  }

  /** Follows its policy where its end went unseen; where it lives, only its file was wrong. */
  revive(): void {
    this.#turns.runUnawaited(() => {
      const { meta, run, state } = this.#life;
      if (run || !mustLive(meta)) return state.note({});
      return this.#life.afterExit({ pid: meta.pid, ...FOUND_DEAD });
    });
  }

  /** Forgets it where somebody has removed its directory: that removes the process. */
  async forgetIfGone(): Promise<void> {
    const { directory } = this.#life;
    // It may be long before it is our turn: a hook may run.
    if (!directory.isGone()) return;
    await this.#turns.run(() => {
      if (directory.isGone()) this.#life.forgetGone();
    }, () => {});
  }
}
