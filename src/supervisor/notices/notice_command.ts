import { isTrouble, type NotifiableEvent } from "../../event_table.ts";
import { fingerprint } from "../../files/fingerprint.ts";
import type { Spec } from "../../meta/spec.ts";
import type { RuntimeRoot } from "../../root.ts";
import { SPEC_DEFAULTS } from "../../settings/table/settings_table.ts";
import { readSettings } from "../../settings/settings_file.ts";

/** The command that is told of something, and as whom it runs. */
export interface NoticeCommand {
  /** What a shell runs. */
  readonly line: string;
  /** The user of the process; `null`: the supervisor's own. */
  readonly user: string | null;
  /** Milliseconds it may take. */
  readonly timeout: number;
  /** How many are run a minute of those that share {@linkcode budget}. */
  readonly limit: number;
  /** Whose limit it counts against. */
  readonly budget: string;
}

/** A command of a process, or one that was set for all, by the events it is for. */
type CommandLines = Readonly<Record<string, string>>;

/** What `tsm set on.…` says. */
interface ForAll {
  readonly lines: CommandLines;
  readonly limit: number;
  readonly timeout: number;
}

/** Finds the command for an event: the process's own, or else the one for all. */
export class NoticeCommands {
  readonly #root: RuntimeRoot;
  /** What the settings file was when it was read last. */
  #version: string | undefined;
  #forAll: ForAll = { lines: {}, limit: 0, timeout: 0 };

  constructor(root: RuntimeRoot) {
    this.#root = root;
  }

  /**
   * The command for an event; `undefined` where there is none. One for the very event prevails
   * over one for `failure`, and what a process says itself over what is set for all.
   *
   * @param name The process; `null`: the supervisor itself.
   */
  find(event: NotifiableEvent, name: string | null, spec?: Spec): NoticeCommand | undefined {
    const own = lineFor(event, spec?.on ?? {});
    if (own !== undefined && name !== null && spec) return ownCommand(own, name, spec);
    const line = lineFor(event, this.#settings().lines);
    return line === undefined ? undefined : this.#commandForAll(line, spec);
  }

  /** Every command that a process has, or the supervisor, each once. */
  all(name: string | null, spec?: Spec): readonly NoticeCommand[] {
    const own: CommandLines = spec?.on ?? {};
    const forAll = Object.entries(this.#settings().lines)
      .filter(([key]) => !Object.hasOwn(own, key)).map(([, line]) => line);
    return [
      ...name === null || !spec
        ? []
        : [...new Set(Object.values(own))].map((line) => ownCommand(line, name, spec)),
      ...[...new Set(forAll)].map((line) => this.#commandForAll(line, spec)),
    ];
  }

  #commandForAll(line: string, spec: Spec | undefined): NoticeCommand {
    const { limit, timeout } = this.#settings();
    const user = spec?.user ?? null;
    return { line, user, timeout, limit, budget: `all ${user ?? ""}` };
  }

  /** What is set for all, read anew where the file has changed: every event asks for it. */
  #settings(): ForAll {
    const version = fingerprint(this.#root.settingsJson);
    if (version === this.#version) return this.#forAll;
    this.#version = version;
    const { values } = readSettings(this.#root);
    const { on_limit, on_timeout } = SPEC_DEFAULTS;
    const number = (key: string, standard: number) => Number(values.get(key) ?? standard);
    const lines = [...values].filter(([key, value]) =>
      key.startsWith("on.") && typeof value === "string"
    ).map(([key, value]) => [key.slice("on.".length), String(value)]);
    return this.#forAll = {
      lines: Object.fromEntries(lines),
      limit: number("on.limit", on_limit),
      timeout: number("on.timeout", on_timeout),
    };
  }
}

function ownCommand(line: string, name: string, spec: Spec): NoticeCommand {
  const { user, on_timeout: timeout, on_limit: limit } = spec;
  return { line, user, timeout, limit, budget: `of ${name}` };
}

function lineFor(event: NotifiableEvent, lines: CommandLines): string | undefined {
  return lines[event] ?? (isTrouble(event) ? lines["failure"] : undefined);
}
