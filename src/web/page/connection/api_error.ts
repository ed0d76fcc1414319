/** A request that was refused or failed, as RFC 9457 tells of it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** Which problem it is, for programs. */
  readonly kind: string;

  /** @param status Of HTTP; 0: nobody has answered. */
  constructor(status: number, kind: string, detail: string) {
    super(detail);
    this.status = status;
    this.kind = kind;
  }

  /** The error that a failed answer tells of. */
  static async of(answer: Response): Promise<ApiError> {
    const body = await answer.json().catch(() => null) as
      | { readonly kind?: unknown; readonly detail?: unknown }
      | null;
    const { kind, detail } = body ?? {};
    return typeof kind === "string" && typeof detail === "string"
      ? new ApiError(answer.status, kind, detail)
      : new ApiError(answer.status, "failed", `the answer was ${answer.status} without a reason`);
  }

  /** Whether the session of this page has ended. */
  get endsSession(): boolean {
    return this.status === 401;
  }
}
