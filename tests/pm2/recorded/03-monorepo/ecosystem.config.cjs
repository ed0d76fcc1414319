const path = require("path");

const common = { NODE_ENV: "production", LOG_LEVEL: "info" };

module.exports = {
  apps: [
    {
      name: "gateway",
      cwd: "./packages/gateway",
      script: "src/index.js",
      env: { ...common, PORT: 23103 },
    },
    {
      name: "billing",
      cwd: path.join(__dirname, "packages", "billing"),
      script: "npm",
      args: ["run", "serve", "--", "--region", "eu west"],
      env: { ...common, PORT: 23113 },
    },
    {
      name: "cron",
      cwd: __dirname,
      script: "packages/gateway/src/cron.js",
      args: "--daily --at 03:00",
      cron_restart: "0 3 * * *",
      env: common,
    },
  ],
};
