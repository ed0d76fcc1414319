/** Something of the machine that soon keeps the supervisor from starting more. */
export interface Shortage {
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}
