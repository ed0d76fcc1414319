import { request } from "../../src/api/client.ts";
import {
  startAllMessage,
  type StartAllRequest,
  type StartAllResponse,
} from "../../src/api/messages/start_all.ts";
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
  options: Partial<Pick<StartAllRequest, "force" | "wait">> = {},
): Promise<StartAllResponse> {
  await tsm.ok("save", "--force");
  const { port, token, pid } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  const address = { port, token, pid, version: "", started: 0 };
  return await request(address, startAllMessage, {
    environment: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" },
    definitions: wanted.map(({ name, run, port, explicit = {}, settings = {} }) => ({
      words: ["sh", "-c", run],
      name,
      cwd: tsm.work,
      explicit,
      settings,
      ...port === undefined ? {} : { port },
    })),
    force: false,
    wait: 0,
    ...options,
  });
}
