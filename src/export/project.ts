import { readDependsOn } from "../meta/dependency_graph.ts";
import type { Condition } from "../settings/table/settings_table.ts";
import { type ExportedApp, fullNamesOf } from "./exported_app.ts";

/** What an app depends on, and how. */
export interface ExportedDependency {
  readonly app: ExportedApp;
  readonly condition: Condition;
  readonly restart: boolean;
  readonly once: boolean;
}

/** The apps that are exported together, and who depends on whom. */
export interface Project {
  readonly apps: readonly ExportedApp[];
  /** By the name of the app; apps that depend on nothing are there too. */
  readonly dependencies: ReadonlyMap<string, readonly ExportedDependency[]>;
  /** The conditions that others await of an app, by its name. */
  readonly awaited: ReadonlyMap<string, ReadonlySet<Condition>>;
  /** Words of `depends_on` that mean none of the apps, by the name of the app that has them. */
  readonly unknown: ReadonlyMap<string, readonly string[]>;
}

/** Finds out who of `apps` depends on whom. */
export function makeProject(apps: readonly ExportedApp[]): Project {
  const called = new Map<string, ExportedApp>();
  for (const app of apps) {
    for (const name of [app.name, ...fullNamesOf(app)]) called.set(name, app);
  }
  const dependencies = new Map<string, readonly ExportedDependency[]>();
  const awaited = new Map<string, Set<Condition>>();
  const unknown = new Map<string, readonly string[]>();
  for (const { name, settings } of apps) {
    const found = readDependsOn(settings.depends_on);
    const known = found.flatMap(({ word, ...how }) => {
      const app = called.get(word);
      return app === undefined ? [] : [{ app, ...how }];
    });
    dependencies.set(name, known);
    unknown.set(name, found.map(({ word }) => word).filter((word) => !called.has(word)));
    for (const { app, condition } of known) {
      awaited.set(app.name, (awaited.get(app.name) ?? new Set()).add(condition));
    }
  }
  return { apps, dependencies, awaited, unknown };
}

/** Whether another app awaits that of it. */
export function isAwaited(project: Project, app: ExportedApp, condition: Condition): boolean {
  return project.awaited.get(app.name)?.has(condition) ?? false;
}

/** Whether it is done when it has ended well: others await that, or it is never started again. */
export function isTask(project: Project, app: ExportedApp): boolean {
  const { autorestart, schedule } = app.settings;
  return schedule === null && (isAwaited(project, app, "exited") || autorestart === "never");
}
