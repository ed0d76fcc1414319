module.exports = {
  apps: [
    {
      name: "tiles",
      script: "server.js",
      instances: 3,
      exec_mode: "fork",
      increment_var: "PORT",
      env: { PORT: 23109, CACHE: "on" },
    },
    {
      name: "shards",
      script: "server.js",
      instances: 2,
      exec_mode: "fork",
      increment_var: "SHARD",
      env: { SHARD: 10 },
    },
  ],
};
