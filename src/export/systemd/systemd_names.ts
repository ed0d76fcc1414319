import { execWord } from "../../startup/unit_text.ts";
import { type ExportedApp, hasPortsOfItsOwn } from "../exported_app.ts";

/** The units of an app: one, or one for each instance of its template. */
export function unitNames({ name, settings }: ExportedApp): readonly string[] {
  const { instances } = settings;
  if (instances === 1) return [`${name}.service`];
  return Array.from({ length: instances }, (_, instance) => `${name}@${instance}.service`);
}

/** The file that says what these units are. */
export function unitFile({ name, settings }: ExportedApp): string {
  return settings.instances === 1 ? `${name}.service` : `${name}@.service`;
}

/** What differs from instance to instance, as a shell counts it. */
export interface CountedInstance {
  /** A number, or a variable that {@linkcode CountedInstance.counting} sets. */
  readonly port: number | string | null;
  /** Lines of shell that set the variables that count; empty where there are none. */
  readonly counting: string;
}

/** What a shell has to know of an instance, whose number systemd gives it as `TSM_INSTANCE`. */
export function instanceOf(app: ExportedApp): CountedInstance {
  const { port, port_increment, counters } = app.settings;
  const hasPorts = hasPortsOfItsOwn(app);
  const sums = [
    ...hasPorts ? [["PORT", `${port} + TSM_INSTANCE * ${port_increment}`] as const] : [],
    ...Object.entries(counters).filter(([name]) => isIdentifier(name))
      .map(([name, first]) => [name, `${Number(first)} + TSM_INSTANCE`] as const),
  ];
  const counting = sums.map(([name, sum]) => `${name}=$((${sum})); export ${name}; `).join("");
  return { port: hasPorts ? "$PORT" : port, counting };
}

/** Whether a variable of this name can be set in a unit and in a shell. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** A line of shell as the value of `ExecStartPre=` and the like. */
export function shellCommand(app: ExportedApp, line: string): string {
  return ["/bin/sh", "-c", `${instanceOf(app).counting}${line}`].map(execWord).join(" ");
}
