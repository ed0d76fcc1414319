module.exports = {
  apps: [
    {
      name: "generated",
      script: "server.js",
      args: "",
      cwd: "",
      interpreter: "",
      node_args: "",
      instances: 1,
      exec_mode: "fork",
      cron_restart: "",
      out_file: "",
      error_file: "",
      log_date_format: "",
      max_memory_restart: "",
      env: { EMPTY: "", NODE_ENV: "test" },
    },
    { name: "off", script: "server.js", cron_restart: false, watch: "", env_production: {} },
  ],
};
