require(process.env.REPORT);
