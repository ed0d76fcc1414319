import { type ExportedApp, exportedApp } from "../../src/export/exported_app.ts";
import { SPEC_DEFAULTS, type SpecSettings } from "../../src/settings/table/settings_table.ts";

/** What a sample is to have besides its defaults. */
export interface Sample {
  readonly name?: string;
  readonly argv?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Partial<SpecSettings>;
}

/** An app to be exported. */
export function sampleApp({ name = "web", argv, cwd, env, settings }: Sample = {}): ExportedApp {
  return exportedApp({
    name,
    argv: argv ?? ["/bin/sleep", "1000"],
    cwd: cwd ?? "/srv/shop",
    explicit: env ?? {},
    settings: { ...SPEC_DEFAULTS, ...settings },
    env: { PATH: "/usr/bin:/bin" },
  });
}
