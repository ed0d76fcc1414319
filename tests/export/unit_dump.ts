import { assertEquals } from "@std/assert";

/** What systemd says of a unit that it has read. */
export interface UnitDump {
  readonly environment: readonly string[];
  /** The words of each command, in the order of the dump, `$$` and `%%` resolved. */
  readonly commands: readonly (readonly string[])[];
  readonly text: string;
}

/**
 * Has systemd verify a unit.
 *
 * @param path Of a template, with the number of an instance in its name.
 * @throws where it has anything to say against it.
 */
export function verifyUnit(path: string): UnitDump {
  const plain = analyze(path, {});
  assertEquals(plain, { code: 0, stderr: "", stdout: "" }, path);
  const { stdout } = analyze(path, { SYSTEMD_LOG_LEVEL: "debug" });
  const environment = [...stdout.matchAll(/^\t\tEnvironment: ([^]*?)\n(?=\t\t)/gm)]
    .map(([, text]) => text!);
  const commands = [...stdout.matchAll(/^\t\t\tCommand Line: ([^]*?)\n(?=\t)/gm)]
    .map(([, line]) => shownWords(line!).map((word) => word.replaceAll("$$", "$")));
  return { environment, commands, text: stdout };
}

function analyze(path: string, env: Readonly<Record<string, string>>) {
  const output = new Deno.Command("systemd-analyze", {
    args: ["verify", path],
    env: { LC_ALL: "C", ...env },
  }).outputSync();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", a: "\x07" };

/** The words of a line as systemd shows them: where need be in quotes, escaped as in C. */
function shownWords(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\[^])*)"|([^ ]+)/g)].map(([, quoted, plain]) =>
    plain ?? quoted!.replace(/\\([^])/g, (_, char: string) => ESCAPES[char] ?? char)
  );
}
