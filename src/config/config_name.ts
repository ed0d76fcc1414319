/**
 * Tells by its name whether a file lists processes. It imports nothing: `tsm start` asks it before
 * anything else is loaded.
 */
export function isConfigName(path: string): boolean {
  const name = path.replace(/\/+$/, "").replace(/^.*\//s, "");
  return /^Procfile(\..+)?$/.test(name) || /\.config\.[cm]?[jt]s$/.test(name) ||
    /\.(jsonc|json|json5|ya?ml)$/.test(name);
}
