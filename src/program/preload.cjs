/*
 * What node runs before a program that tsm starts, where its settings ask for it. The supervisor
 * writes this file to runtime/preload.cjs and names it in NODE_OPTIONS (node_preload.ts), so the
 * programs that the program starts run it too. Each part looks at its own variable.
 *
 * Any version of node may run this, and nothing in here may make a program fail that would run
 * without it.
 */
"use strict";

const process = require("process");

// Deno runs it as well: there it would ask for the permission to read variables.
const isNode = typeof Deno === "undefined";

if (isNode && process.env.TSM_SHARE_PORT === "1") sharePorts();
if (isNode && process.env.TSM_SEND_SOCKET !== undefined) giveSend(process.env.TSM_SEND_SOCKET);

/**
 * Lets every TCP server of the program share its port with the other instances: as if each
 * `listen` had said `reusePort: true` (node:net).
 */
function sharePorts() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const knowsReusePort = major > 23 || major === 23 && minor >= 1 || major === 22 && minor >= 12;
  if (!knowsReusePort || !require("worker_threads").isMainThread) return;
  const { Server } = require("net");
  const listen = Server.prototype.listen;
  Server.prototype.listen = function (...args) {
    const shared = withReusePort(args);
    if (shared !== args && typeof this.closeIdleConnections === "function") sayClose(this);
    return listen.apply(this, shared);
  };
}

/** Milliseconds in which a client that keeps its connection may ask once more when a server closes. */
const LAST_REQUESTS = 100;

/**
 * Has an HTTP server that is being closed tell the clients of its kept connections so with their
 * next answer. Node closes those connections at once where they are idle, and a request that is on
 * its way meets a reset, though others that share the port would have answered it. Connections on
 * which nothing comes are closed as before, a moment later.
 */
function sayClose(server) {
  const { close, closeIdleConnections } = server;
  const closeLater = () => {
    server.prependListener("request", (_request, response) => {
      response.shouldKeepAlive = false;
    });
    setTimeout(() => closeIdleConnections.call(server), LAST_REQUESTS);
  };
  let isClosing = false;
  server.close = function (...args) {
    if (isClosing) return close.apply(server, args);
    isClosing = true;
    // Only what node itself calls within: the program may mean it when it does.
    server.closeIdleConnections = closeLater;
    try {
      return close.apply(server, args);
    } finally {
      server.closeIdleConnections = closeIdleConnections;
    }
  };
  // It may listen anew.
  server.once("close", () => {
    server.close = close;
  });
}

/**
 * The arguments of a `listen`, with `reusePort` where they ask for a TCP port of a fixed number.
 * All else stays as it is: a pipe, a descriptor, another server's handle, a free port of the
 * system's choosing, and a worker of node:cluster, whose primary listens for it.
 */
function withReusePort(args) {
  const [first, ...rest] = args;
  if (require("cluster").isWorker) return args;
  if (typeof first === "object" && first !== null) {
    const { port, fd, handle, _handle } = first;
    const hasHandle = fd !== undefined || handle || _handle;
    if (hasHandle || !isFixedPort(port)) return args;
    // Made on top of the given object, which may inherit what it has.
    const options = Object.create(first, { reusePort: { value: true, enumerable: true } });
    return [options, ...rest];
  }
  if (!isFixedPort(first)) return args;
  // listen(port, host, backlog, callback), of which all but the port may be left out.
  const host = typeof rest[0] === "string" && !isNumber(rest[0]) ? rest[0] : undefined;
  const backlog = rest.slice(0, 2).find((value) => isNumber(value));
  const callback = rest.at(-1);
  const options = { port: first, reusePort: true };
  if (host !== undefined) options.host = host;
  if (backlog !== undefined) options.backlog = Number(backlog);
  return typeof callback === "function" ? [options, callback] : [options];
}

function isFixedPort(port) {
  return isNumber(port) && Number(port) > 0;
}

/** As node:net tells a number from a path or a host. */
function isNumber(value) {
  return typeof value === "number" || typeof value === "string" && Number(value) >= 0;
}

/**
 * Gives the program the `process.send` that it would have under PM2. Of what it says by that,
 * "ready" is heard, where somebody listens. One that node itself has connected to its parent keeps
 * what it has.
 *
 * @param path The socket of the supervisor; empty where nobody listens. What the program starts
 * has nothing of it then.
 */
function giveSend(path) {
  if (path === "") delete process.env.TSM_SEND_SOCKET;
  if (process.send || !require("worker_threads").isMainThread) return;
  let isReady = false;
  process.connected = true;
  process.send = function (message, ...rest) {
    if (path !== "" && message === "ready" && !isReady) {
      isReady = true;
      tellReady(path, 50);
    }
    const callback = rest.find((value) => typeof value === "function");
    if (callback) process.nextTick(callback, null);
    return true;
  };
  process.disconnect = function () {
    process.connected = false;
  };
}

/**
 * Says `ready` to the supervisor until that has heard it, also one that comes up later. Neither
 * the connection nor the pauses keep the program from ending.
 *
 * @param pause Milliseconds until the next try.
 */
function tellReady(path, pause) {
  let isHeard = false;
  const connection = require("net").connect(path);
  connection.unref();
  connection.on("connect", () => connection.write("ready\n"));
  connection.on("data", () => {
    isHeard = true;
    connection.destroy();
  });
  // An error is followed by "close".
  connection.on("error", () => {});
  connection.on("close", () => {
    if (!isHeard) setTimeout(tellReady, pause, path, Math.min(pause * 2, 1000)).unref();
  });
}
