/**
 * What becomes of each setting in a format. A format has one table with a rule for each setting:
 * the compiler refuses a table that lacks one, and what has no counterpart is told by the table
 * itself. So nothing is dropped in silence.
 *
 * @module
 */
import { oneLine } from "../printable.ts";
import {
  SETTING_KEYS,
  type SettingKey,
  SPEC_DEFAULTS,
  type SpecSettings,
} from "../settings/table/settings_table.ts";
import type { ExportedApp } from "./exported_app.ts";
import type { Project } from "./project.ts";

/** The formats that can be written. */
export const FORMATS = ["systemd", "compose", "kubernetes", "dockerfile"] as const;

/** The name of a format. */
export type Format = (typeof FORMATS)[number];

/** Something of an app that a format cannot say, or says otherwise. */
export interface Loss {
  readonly app: string;
  /** The setting or other thing it is about. */
  readonly what: string;
  readonly why: string;
}

/** What a rule finds that cannot be said. */
export interface Lost {
  readonly lost: string;
}

/** What a rule is told. */
export interface RuleContext<About> {
  readonly app: ExportedApp;
  readonly project: Project;
  /** What is known of where the format is written to, and for whom. */
  readonly about: About;
}

/**
 * What becomes of one setting.
 *
 * @typeParam Value What the setting can be.
 * @typeParam Piece A part of what the format writes of an app.
 * @typeParam About What the format knows besides the app.
 */
export type Rule<Value, Piece, About> =
  /** It is carried over, as `as` says to people. */
  | {
    readonly as: string;
    readonly write: (value: Value, context: RuleContext<About>) => readonly (Piece | Lost)[];
  }
  /** It is carried over where another setting, or the app as a whole, is written. */
  | { readonly as: string; readonly with: SettingKey | "the whole" }
  /** It has no counterpart; told wherever it is not its default. */
  | { readonly lost: string }
  /** It says nothing that another engine could do. */
  | { readonly moot: string };

/** A rule for each setting. */
export type Rules<Piece, About> = {
  readonly [K in SettingKey]: Rule<SpecSettings[K], Piece, About>;
};

/** What the rules of a format make of an app. */
export interface Applied<Piece> {
  readonly pieces: readonly Piece[];
  readonly losses: readonly Loss[];
}

/** Applies all rules of a format to an app. */
export function applyRules<Piece extends object, About>(
  rules: Rules<Piece, About>,
  context: RuleContext<About>,
): Applied<Piece> {
  const pieces: Piece[] = [];
  const losses: Loss[] = [];
  const { name, settings } = context.app;
  const apply = <K extends SettingKey>(key: K) => {
    const rule: Rule<SpecSettings[K], Piece, About> = rules[key];
    const lose = (why: string) => losses.push({ app: name, what: key, why });
    if ("write" in rule) {
      for (const found of rule.write(settings[key], context)) {
        if ("lost" in found) lose(found.lost);
        else pieces.push(found);
      }
    } else if ("lost" in rule && isGiven(settings, key)) lose(rule.lost);
  };
  SETTING_KEYS.forEach(apply);
  return { pieces, losses };
}

/** Whether a setting is not its default. */
export function isGiven(settings: SpecSettings, key: SettingKey): boolean {
  return JSON.stringify(settings[key]) !== JSON.stringify(SPEC_DEFAULTS[key]);
}

/** How a loss is told, in one line. */
export function lossText({ what, why }: Pick<Loss, "what" | "why">): string {
  return oneLine(`${what}: ${why}`);
}
