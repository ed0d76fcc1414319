import { readTextIfThere } from "../../files/read_text.ts";
import { replaceFile } from "../../files/replace_file.ts";
import type { RuntimeRoot } from "../../root.ts";
import { randomToken } from "../random_token.ts";

/** The token for `GET /metrics`; `undefined` if the file is missing or damaged. */
export function readMetricsToken(root: RuntimeRoot): string | undefined {
  const token = readTextIfThere(root.metricsToken)?.trim();
  return token !== undefined && /^[0-9a-f]{64}$/.test(token) ? token : undefined;
}

/** Makes the token for `GET /metrics` anew; only the owner may read its file. */
export function makeMetricsToken(root: RuntimeRoot): string {
  const token = randomToken();
  replaceFile(root.metricsToken, `${token}\n`, { mode: 0o600 });
  return token;
}
