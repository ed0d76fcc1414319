/** The lasting tokens that open a part of the control API, each for reading only. */
export const TOKEN_KINDS = ["read", "metrics"] as const;

/** `read`: every question; `metrics`: nothing but `GET /metrics`. */
export type TokenKind = typeof TOKEN_KINDS[number];
