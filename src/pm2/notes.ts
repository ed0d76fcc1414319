/** More things than these are only counted. */
const MAX_NOTES = 100;

/**
 * What of a file cannot be carried over: each thing once, with all the apps it is said of, as a
 * file may say the same of every one of them.
 */
export class Notes {
  readonly #apps = new Map<string, string[]>();
  #omitted = 0;

  /** @param app The app it is said of; none: of the file. */
  add(text: string, app?: string): void {
    if (this.#apps.size === MAX_NOTES && !this.#apps.has(text)) {
      this.#omitted++;
      return;
    }
    const apps = this.#apps.get(text) ?? [];
    if (app !== undefined && !apps.includes(app)) apps.push(app);
    this.#apps.set(text, apps);
  }

  /** A sentence each, the names of the apps before it. */
  lines(): readonly string[] {
    const lines = [...this.#apps].map(([text, apps]) =>
      apps.length === 0 ? text : `${apps.join(", ")}: ${text}`
    );
    return this.#omitted === 0 ? lines : [...lines, `and ${this.#omitted} more such notes`];
  }
}
