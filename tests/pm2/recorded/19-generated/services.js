module.exports = [
  { name: "users", port: 23119 },
  { name: "search", port: 23129, treekill: false, vizion: false },
  { name: "later", port: 23139, autostart: false },
];
