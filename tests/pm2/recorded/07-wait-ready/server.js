require(process.env.REPORT);

process.send("ready");
