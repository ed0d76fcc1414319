module.exports = {
  apps: [
    {
      name: "checkout",
      script: "server.js",
      instances: "2",
      exec_mode: "cluster",
      wait_ready: true,
      listen_timeout: 10000,
      kill_timeout: 5000,
      env: { PORT: "23107" },
    },
    {
      name: "mailer",
      script: "server.js",
      exec_mode: "fork",
      wait_ready: true,
      kill_timeout: "1600",
    },
  ],
};
