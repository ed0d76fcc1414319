import type { SettingKey } from "../../settings/table/settings_table.ts";
import { COMPOSE_RULES } from "../compose/compose_rules.ts";
import { DOCKERFILE_RULES } from "../dockerfile/dockerfile_rules.ts";
import { KUBERNETES_RULES } from "../kubernetes/kubernetes_rules.ts";
import type { Format } from "../rule.ts";
import { SYSTEMD_RULES } from "../systemd/systemd_rules.ts";

/** What a rule says to people: the counterpart, why there is none, or why none is needed. */
export type ToldRule =
  | { readonly as: string }
  | { readonly lost: string }
  | { readonly moot: string };

/** What becomes of each setting in each format: the compiler refuses a gap. */
export const ALL_RULES: Readonly<Record<Format, Readonly<Record<SettingKey, ToldRule>>>> = {
  systemd: SYSTEMD_RULES,
  compose: COMPOSE_RULES,
  kubernetes: KUBERNETES_RULES,
  dockerfile: DOCKERFILE_RULES,
};
