/** What could not be done with one process of those that were asked for, and why. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}
