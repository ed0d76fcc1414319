/**
 * What of a file cannot be carried over: each thing once, with all the apps it is said of, as a
 * file may say the same of every one of them.
 */
export class Notes {
  readonly #apps = new Map<string, string[]>();

  /** @param app The app it is said of; none: of the file. */
  add(text: string, app?: string): void {
    const apps = this.#apps.get(text) ?? [];
    if (app !== undefined && !apps.includes(app)) apps.push(app);
    this.#apps.set(text, apps);
  }

  /** A sentence each, the names of the apps before it. */
  lines(): readonly string[] {
    return [...this.#apps].map(([text, apps]) =>
      apps.length === 0 ? text : `${apps.join(", ")}: ${text}`
    );
  }
}
