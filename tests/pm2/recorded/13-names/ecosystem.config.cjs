module.exports = {
  apps: [
    { name: "сервер", script: "server.js", env: { WHICH: "1" } },
    { name: "заказы", script: "server.js", env: { WHICH: "2" } },
    { name: "Café API (v2)", script: "server.js", env: { WHICH: "3" } },
    { name: "@shop/web:80", script: "server.js", env: { WHICH: "4" } },
  ],
};
