module.exports = {
  apps: [
    { script: "server.js" },
    { script: "./jobs/clean-up.js", args: "now" },
    { script: "bin/report.sh" },
  ],
};
