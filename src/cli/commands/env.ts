import { readSpec } from "../../meta/spec.ts";
import { readEnvFiles } from "../../program/env_files.ts";
import { readBaseEnvironment, readDifference } from "../../program/environment.ts";
import { needsPreload, withPreload } from "../../program/node_options.ts";
import { processEnvironment } from "../../program/process_environment.ts";
import { lookUpUser } from "../../process/user.ts";
import { runtimeRoot } from "../../root.ts";
import { withContext } from "../../errors.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { writeAll } from "../output/write_all.ts";
import { selectListed } from "../select/select_listed.ts";

/** `tsm env`: shows the environment a process gets. */
export const envCommand: Command = {
  name: "env",
  usage: "NAME",
  summary: "Show the environment a process gets",
  flags: [],
  examples: [
    { command: "tsm env myapp-3000", does: "its variables, a line each" },
    { command: "tsm env myapp-3000 --json | jq -r .PATH", does: "one of them" },
  ],
  async run(args, context) {
    const [name] = args.words;
    if (name === undefined || args.words.length > 1) {
      throw new Deno.errors.InvalidData(
        "Cannot show an environment: it takes one process; example: tsm env api",
      );
    }
    const action = "show the environment of";
    for (const meta of selectListed(context, action, [name])) {
      try {
        const spec = readSpec(context.root, meta.name);
        const root = Deno.realPathSync(context.root.base);
        const own = processEnvironment({ ...spec, root, id: meta.tsm_id, name: meta.name }, {
          base: readBaseEnvironment(context.root) ?? {},
          user: spec.user === null ? undefined : await lookUpUser(spec.user),
          difference: readDifference(context.root, meta.name),
          files: readEnvFiles(spec),
        });
        const preload = spec.user === null ? runtimeRoot(root).nodePreload : null;
        const env = needsPreload(spec) ? withPreload(own, preload) : own;
        if (context.json) context.print(JSON.stringify(env, null, 2));
        else for (const key of Object.keys(env).sort()) show(context, `${key}=${env[key]}`);
      } catch (error) {
        throw withContext(`Cannot ${action} '${meta.name}'`, error);
      }
    }
  },
};

/** Into a pipe or a file a value goes as it is; a terminal gets what it cannot be harmed by. */
function show(context: Context, line: string): void {
  if (Deno.stdout.isTerminal()) context.print(line);
  else writeAll(Deno.stdout, `${line}\n`);
}
