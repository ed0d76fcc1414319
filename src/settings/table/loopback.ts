/** The hosts that tsm may connect to: its permissions name no others. */
const HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Says what is wrong with the URL of a health check.
 *
 * @param url `${PORT}` in it stands for a port.
 * @returns `undefined` if it is one of this machine's.
 */
export function loopbackProblem(url: string): string | undefined {
  const plain = url.replaceAll("${PORT}", "1");
  const { protocol, hostname } = URL.canParse(plain) ? new URL(plain) : NOWHERE;
  if (/^https?:$/.test(protocol) && HOSTS.includes(hostname)) return undefined;
  return "this is no http URL of this machine, and no other can be asked: it begins with " +
    "http://127.0.0.1, http://localhost or http://[::1]; a 'command' can ask another one";
}

const NOWHERE = { protocol: "", hostname: "" };
