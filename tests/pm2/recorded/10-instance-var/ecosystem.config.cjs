module.exports = {
  apps: [
    {
      name: "sockets",
      script: "server.js",
      instances: 2,
      exec_mode: "cluster",
      instance_var: "INSTANCE_ID",
      combine_logs: true,
      env: { PORT: 23110 },
    },
    { name: "alone", script: "server.js", instances: 1, exec_mode: "fork", instance_var: "WORKER" },
  ],
};
