import { request } from "../../src/api/client.ts";
import {
  startMessage,
  type StartRequest,
  type StartResponse,
} from "../../src/api/messages/start.ts";
import type { SpecSettings } from "../../src/settings/table/settings_table.ts";
import type { Tsm } from "./harness.ts";

/** One process of {@linkcode startAll}. */
export interface Wanted {
  /** A line for the shell. */
  readonly run: string;
  readonly port?: number;
  readonly explicit?: Readonly<Record<string, string>>;
  readonly settings?: { readonly [K in keyof SpecSettings]?: SpecSettings[K] };
}

/** Starts many processes at once, as `tsm start tsm.jsonc` does. */
export async function startAll(
  tsm: Tsm,
  wanted: readonly (Wanted & { readonly name: string })[],
  options: Partial<Pick<StartRequest, "if_running" | "wait">> = {},
): Promise<StartResponse> {
  await tsm.ok("save", "--force");
  const { port, token, pid } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  const address = { port, token, pid, version: "", started: 0 };
  return await request(address, startMessage, {
    environment: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" },
    definitions: wanted.map(({ name, run, port, explicit = {}, settings = {} }) => ({
      words: ["sh", "-c", run],
      name,
      cwd: tsm.work,
      explicit,
      settings,
      ...port === undefined ? {} : { port },
    })),
    if_running: "leave",
    source: "file",
    wait: 0,
    ...options,
  });
}
