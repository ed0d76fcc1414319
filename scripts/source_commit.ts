import { join } from "@std/path/posix";

/** Digits of a commit that name it among all of this project. */
const DIGITS = 12;

/**
 * The commit that the files of `project` are of: by git, with `-dirty` behind it where one that git
 * knows has been changed; else by what `git archive`, and so GitHub's archives, put into
 * `scripts/source_commit.txt`; else `unknown`.
 */
export async function sourceCommit(project: string): Promise<string> {
  const head = await git(project, "rev-parse", `--short=${DIGITS}`, "HEAD");
  if (head !== undefined) {
    const changes = await git(project, "status", "--porcelain", "--untracked-files=no");
    return changes === "" ? head : `${head}-dirty`;
  }
  const text = await Deno.readTextFile(join(project, "scripts/source_commit.txt"));
  return /^[0-9a-f]{40}/.exec(text)?.[0].slice(0, DIGITS) ?? "unknown";
}

/** What git says; `undefined` where there is no git, or this is no work tree of the project. */
async function git(project: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    // Unpacked inside of another repository, the files are not that one's.
    const env = { GIT_CEILING_DIRECTORIES: join(project, "..") };
    const command = new Deno.Command("git", { args: [...args], cwd: project, env, stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
