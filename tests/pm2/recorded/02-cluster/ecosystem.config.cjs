module.exports = {
  apps: [
    {
      name: "orders-api",
      script: "./dist/main.js",
      instances: 2,
      exec_mode: "cluster",
      autorestart: true,
      watch: false,
      max_memory_restart: "512M",
      merge_logs: true,
      error_file: "./logs/err.log",
      out_file: "./logs/out.log",
      log_date_format: "YYYY-MM-DD HH:mm:ss Z",
      env: { NODE_ENV: "development", PORT: 23102 },
      env_production: { NODE_ENV: "production", DATABASE_URL: "postgres://db/orders?a=1&b=$2" },
    },
  ],
};
