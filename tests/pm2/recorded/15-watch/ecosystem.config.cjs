module.exports = {
  apps: [
    {
      name: "dev",
      script: "./src/server.js",
      watch: ["src", "views"],
      ignore_watch: ["node_modules", "logs", "\\.git"],
      watch_delay: 1000,
      watch_options: { followSymlinks: false },
      env: { NODE_ENV: "development", PORT: 23115 },
    },
    {
      name: "nightly",
      script: "./src/server.js",
      args: "--once",
      watch: false,
      cron_restart: "0 0 * * *",
      max_restarts: 10,
      min_uptime: "10s",
      restart_delay: 4000,
      exp_backoff_restart_delay: 100,
    },
  ],
};
