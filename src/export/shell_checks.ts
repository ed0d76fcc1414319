/**
 * Checks and preparations that an engine without a word for them has a shell do.
 *
 * @module
 */
import { bodyPattern } from "../settings/table/body_matcher.ts";
import type { Health } from "../settings/table/settings_table.ts";
import type { ExportedApp } from "./exported_app.ts";

/** A text as one word of a shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same, but for `${NAME}`, which the shell expands. */
function expandedWord(text: string): string {
  return `"${text.replace(/[\\"`]/g, "\\$&").replace(/\$(?!\{\w+\})/g, "\\$")}"`;
}

/** What a shell is to run for a check. */
export interface ShellCheck {
  /** A line for the shell that succeeds where all is well. */
  readonly line: string;
  /** What of the check the line leaves out, if anything. */
  readonly lost?: string;
  /** The shell and programs that it takes. */
  readonly needs: readonly ("bash" | "curl")[];
}

/**
 * Whether somebody accepts connections at a port.
 *
 * @param port A number, or a variable of the shell.
 */
export function tcpCheck(port: number | string, host = "127.0.0.1"): ShellCheck {
  const address = host.replace(/[[\]]/g, "");
  return { line: `bash -c ': </dev/tcp/${address}/'${port} 2>/dev/null`, needs: ["bash"] };
}

/** A line of shell that waits until a check succeeds. */
export function waitUntil({ line }: ShellCheck): string {
  // In a line of its own, where it may end in a comment.
  const condition = line.includes("#") ? `\n${line}\n` : ` ${line}; `;
  return `until${condition}do sleep 0.5; done`;
}

/**
 * A health check as a line of shell.
 *
 * @param port The port of the app; `null`: it has none. It may be a variable of the shell.
 */
export function healthCheck(health: Health, port: number | string | null): ShellCheck {
  switch (health.type) {
    case "tcp":
      return tcpCheck(health.port ?? port ?? 0, health.host);
    case "command":
      return { line: health.command, needs: [] };
    case "http":
      return httpCheck(health);
  }
}

function httpCheck(health: Extract<Health, { type: "http" }>): ShellCheck {
  const { url, status, body, timeout } = health;
  const curl = `curl -sS --max-time ${timeout / 1000}`;
  const address = expandedWord(url);
  const fits = status === undefined
    ? `${curl} -f -o /dev/null ${address}`
    : `[ "$(${curl} -o /dev/null -w '%{http_code}' ${address})" = ${status} ]`;
  if (body === undefined) return { line: fits, needs: ["curl"] };
  if (bodyPattern(body) !== undefined) {
    return { line: fits, needs: ["curl"], lost: `its body is not looked at for ${body}` };
  }
  const holds = `${curl} ${address} | grep -qF -- ${shellWord(body)}`;
  return { line: `${fits} && ${holds}`, needs: ["curl"] };
}

/** tsm's own variables that a line of an app uses and that no other engine sets. */
export function ownVariablesIn(app: ExportedApp): readonly string[] {
  const { health, hooks } = app.settings;
  const texts = [
    ...app.argv,
    ...hooks ? [hooks.pre_start, hooks.post_stop] : [],
    ...health?.type === "http" ? [health.url] : [],
    ...health?.type === "command" ? [health.command] : [],
  ].join("\n");
  return [...new Set(texts.match(/\bTSM_(?:ROOT|ID|NAME)\b/g) ?? [])];
}
