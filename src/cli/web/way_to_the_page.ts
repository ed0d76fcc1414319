/**
 * How who has typed `tsm web` gets to the page: in a browser of this desktop, or through the ssh
 * connection they came by.
 *
 * @module
 */

/** What it takes to know of the environment. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The command that opens the page's port at the other end of the ssh connection. */
export function tunnelCommand(variables: Variables, port: number): string | undefined {
  // "CLIENT PORT SERVER PORT"; see ssh(1), "ENVIRONMENT".
  const [, , server, serverPort] = variables.SSH_CONNECTION?.split(" ") ?? [];
  if (server === undefined || serverPort === undefined) return undefined;
  const user = variables.USER ?? variables.LOGNAME;
  const other = serverPort === "22" ? "" : `-p ${serverPort} `;
  return `ssh -N -L ${port}:127.0.0.1:${port} ${other}${user ? `${user}@` : ""}${server}`;
}

/** Whether there is a desktop, and it is the one in front of the user. */
export function hasDesktop({ DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION }: Variables): boolean {
  return Boolean(DISPLAY || WAYLAND_DISPLAY) && !SSH_CONNECTION;
}

/** Opens a page in the desktop's browser; tells whether there is a program that does. */
export function openInBrowser(url: string): boolean {
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  try {
    new Deno.Command("xdg-open", { args: [url], ...streams, detached: true }).spawn().unref();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
