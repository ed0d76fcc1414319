/** Where the system's own programs are, whatever the `PATH` of who started tsm says. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
