import { join } from "@std/path/posix";
import { systemd } from "../../src/startup/systemd.ts";
import type { Contents } from "./archive.ts";
import { type TreeFile, writeTree } from "./file_tree.ts";
import { runTool } from "./run_tool.ts";
import type { Target } from "./targets.ts";

const MAINTAINER = "The tsm authors <tsm@users.noreply.github.com>";

/**
 * Makes the package of Debian and its descendants. The same contents give the same bytes.
 *
 * Format: deb(5), deb-control(5), and the Debian Policy Manual for where files lie.
 *
 * @param dir Where the package comes to lie.
 * @returns Its file name, as `tsm_0.1.0_amd64.deb`.
 */
export async function makeDebianPackage(
  dir: string,
  target: Target,
  contents: Contents,
): Promise<string> {
  const { version, changed } = contents;
  const file = `tsm_${version}_${target.debian}.deb`;
  const staged = await Deno.makeTempDir({ dir });
  try {
    const tree = join(staged, "tree");
    const files = await installedFiles(contents);
    await writeTree(tree, [...files, ...await controlFiles(tree, files, target, version)]);
    // In one thread, for the bytes depend on how many there are; at the lowest level, for a higher
    // one takes three times as long and saves 4 %.
    const compression = ["-Zxz", "-z1", "--threads-max=1"];
    await runTool(
      ["dpkg-deb", "--root-owner-group", ...compression, "--build", tree, join(dir, file)],
      { env: { SOURCE_DATE_EPOCH: String(changed) } },
    );
    return file;
  } finally {
    await Deno.remove(staged, { recursive: true });
  }
}

/** What comes to lie on the system. */
async function installedFiles(contents: Contents): Promise<readonly TreeFile[]> {
  const { version, binary, documents, changed } = contents;
  const { manPage, completions, licence, notices } = documents;
  const date = new Date(changed * 1000).toUTCString().replace("GMT", "+0000");
  const changelog = `tsm (${version}) unstable; urgency=medium\n\n` +
    `  * See CHANGELOG.md of the project.\n\n -- ${MAINTAINER}  ${date}\n`;
  return [
    { path: "usr/bin/tsm", content: { copyOf: binary }, executable: true },
    { path: "usr/share/man/man1/tsm.1.gz", content: await gzip(manPage) },
    { path: "usr/share/bash-completion/completions/tsm", content: completions.bash },
    { path: "usr/share/zsh/vendor-completions/_tsm", content: completions.zsh },
    { path: "usr/share/fish/vendor_completions.d/tsm.fish", content: completions.fish },
    { path: "usr/share/doc/tsm/copyright", content: `${licence}\n${notices}` },
    { path: "usr/share/doc/tsm/changelog.gz", content: await gzip(changelog) },
    { path: "usr/share/lintian/overrides/tsm", content: LINTIAN_OVERRIDES },
    { path: "lib/systemd/system/tsm@.service", content: unitOfAnyUser() },
  ];
}

/** The unit that `tsm startup` makes, as a template: `tsm@deploy` is that of the user deploy. */
function unitOfAnyUser(): string {
  const [user, home] = ["USER_OF_UNIT", "/home/USER_OF_UNIT"];
  const root = `${home}/.tsm`;
  const command = ["/usr/bin/tsm"];
  const unit = systemd.unit({ scope: "system", name: "tsm@", user, home, root, command });
  return "# For users with a home in /home. For others 'tsm startup' makes a unit.\n" +
    unit.replaceAll(user, "%i");
}

async function controlFiles(
  tree: string,
  files: readonly TreeFile[],
  target: Target,
  version: string,
): Promise<readonly TreeFile[]> {
  await writeTree(tree, files);
  const sums = await Promise.all(files.map(async ({ path }) => {
    const line = await runTool(["md5sum", path], { cwd: tree });
    return { path, line, size: (await Deno.stat(join(tree, path))).size };
  }));
  const bytes = sums.reduce((sum, { size }) => sum + size, 0);
  const lines = sums.sort((a, b) => a.path < b.path ? -1 : 1).map(({ line }) => `${line}\n`);
  return [
    { path: "DEBIAN/control", content: control(target, version, Math.ceil(bytes / 1024)) },
    { path: "DEBIAN/md5sums", content: lines.join("") },
    { path: "DEBIAN/postinst", content: POSTINST, executable: true },
    { path: "DEBIAN/prerm", content: PRERM, executable: true },
    { path: "DEBIAN/postrm", content: POSTRM, executable: true },
  ];
}

/** @param size In KiB. */
function control(target: Target, version: string, size: number): string {
  return `Package: tsm
Version: ${version}
Architecture: ${target.debian}
Maintainer: ${MAINTAINER}
Installed-Size: ${size}
Depends: libc6 (>= 2.27), libgcc-s1 | libgcc1
Section: admin
Priority: optional
Description: process manager in one binary
 tsm starts programs, keeps them running, rotates their logs and shows how
 they are. All state is in plain files. Its supervisor may die at any
 instant: the programs run on, and the next supervisor adopts them.
`;
}

/** Where lintian is not heeded, and why. */
const LINTIAN_OVERRIDES = `# They are in Deno's runtime, which is taken as it is.
tsm: embedded-library *
# deb-systemd-invoke restarts one unit by its name, and there is one for each user.
tsm: maintainer-script-calls-systemctl *
# It is compared with what /proc says of processes, and not run.
tsm: command-with-path-in-maintainer-script /usr/bin/tsm *
`;

const RELOAD = `if [ -d /run/systemd/system ]; then systemctl --system daemon-reload || true; fi`;

const POSTINST = `#!/bin/sh
set -e
${RELOAD}
# After an upgrade: the supervisors of units are replaced, and the programs run on. That of
# anybody else is replaced by the next command that changes something.
if [ "$1" = configure ] && [ -n "$2" ] && [ -d /run/systemd/system ]; then
  systemctl --system try-restart 'tsm@*.service' || true
fi
`;

const PRERM = `#!/bin/sh
set -e
if [ "$1" = remove ]; then
  if [ -d /run/systemd/system ]; then
    systemctl --system stop 'tsm@*.service' || true
  fi
  # What a supervisor has started runs on without it.
  for exe in /proc/[0-9]*/exe; do
    case $(readlink "$exe" || true) in
      /usr/bin/tsm | '/usr/bin/tsm (deleted)')
        pid=\${exe#/proc/}
        pid=\${pid%/exe}
        dir=$(readlink "/proc/$pid/cwd" || true)
        if kill -TERM "$pid" 2>/dev/null; then
          echo "tsm: ended the supervisor of $dir (pid $pid); what it started runs on" >&2
        fi
        ;;
    esac
  done
fi
`;

const POSTRM = `#!/bin/sh
set -e
# What 'systemctl enable' has made, for users that the package does not know of.
if [ "$1" = purge ]; then rm -f /etc/systemd/system/multi-user.target.wants/tsm@*.service; fi
${RELOAD}
`;

async function gzip(text: string): Promise<Uint8Array> {
  const child = new Deno.Command("gzip", {
    args: ["--best", "--no-name"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return (await output).stdout;
}
