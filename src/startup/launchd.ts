import { type InitSystem, type ServicePlan, supervisorWordsInRoot } from "./init_system.ts";

/**
 * launchd.
 *
 * Format: launchd.plist(5).
 */
export const launchd: InitSystem = {
  name: "launchd",
  isPresent: () => Deno.build.os === "darwin",
  path: ({ name }) => `/Library/LaunchDaemons/${label(name)}.plist`,
  unit,
  enable: ({ name }) => [`launchctl bootstrap system /Library/LaunchDaemons/${label(name)}.plist`],
  disable: ({ name }) => [`launchctl bootout system/${label(name)}`],
  afterRemoval: [],
};

function label(name: string): string {
  return `dev.tsm.${name}`;
}

function unit(plan: ServicePlan): string {
  const { name, root, user, home } = plan;
  const words = supervisorWordsInRoot(plan).map((word) => `    ${string(word)}\n`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(label(name))}
  <key>UserName</key>
  ${string(user)}
  <key>EnvironmentVariables</key>
  <dict>
    <key>TSM_ROOT</key>
    ${string(root)}
    <key>HOME</key>
    ${string(home)}
  </dict>
  <key>ProgramArguments</key>
  <array>
${words}  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <!-- The supervisor may die at any instant: its processes run on. -->
  <key>AbandonProcessGroup</key>
  <true/>
</dict>
</plist>
`;
}

function string(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<string>${escaped}</string>`;
}
