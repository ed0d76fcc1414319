module.exports = {
  apps: [
    { name: "model", script: "model.py", interpreter: "python3", args: "--port 8000" },
    { name: "unbuffered", script: "model.py", interpreter: "python3", interpreter_args: "-u" },
    { name: "backup", script: "./backup.sh", interpreter: "bash", args: ["--to", "/mnt/my disk"] },
    { name: "sync", script: "./backup.sh", exec_interpreter: "/bin/bash" },
    { name: "by-ending", script: "./backup.sh" },
    { name: "binary", script: "./bin/agent", interpreter: "none", args: "-v" },
  ],
};
