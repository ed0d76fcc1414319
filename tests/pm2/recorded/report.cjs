/*
 * Tells what a process of a recorded file was started with: into a file of its own in $REPORTS, then
 * it stays. A script of node's loads it; others become `node report.cjs INTERPRETER SCRIPT ARGUMENTS…`.
 */
const fs = require("fs");
const process = require("process");

const loader = module.parent?.filename;
const [interpreter, script, ...args] = loader === undefined
  ? process.argv.slice(2)
  : ["node", loader, ...process.argv.slice(2)];
const report = {
  interpreter,
  interpreterArgs: loader === undefined ? [] : process.execArgv,
  script: fs.realpathSync(script),
  args,
  cwd: process.cwd(),
  env: process.env,
};
const path = `${process.env.REPORTS}/${process.pid}`;
fs.writeFileSync(`${path}.part`, JSON.stringify(report));
fs.renameSync(`${path}.part`, `${path}.json`);
setInterval(() => {}, 60_000);
