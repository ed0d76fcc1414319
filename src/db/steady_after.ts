/**
 * Seconds of uptime from which on a run counts as one that works. One that crashed before was no
 * recovery from the crash before it.
 */
export const STEADY_AFTER = 60;
