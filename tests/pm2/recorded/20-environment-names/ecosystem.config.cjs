module.exports = {
  apps: [
    {
      name: "site",
      script: "server.js",
      append_env_to_name: true,
      env: { NODE_ENV: "development", PORT: 23120 },
      env_staging: { NODE_ENV: "staging", PORT: 23130 },
      env_production: { NODE_ENV: "production" },
    },
    {
      name: "forked",
      script: "server.py",
      interpreter: "python3",
      instances: 2,
      env: { PORT: 23140 },
    },
  ],
};
