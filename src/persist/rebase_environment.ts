import {
  differenceTo,
  type Environment,
  type EnvironmentDifference,
} from "../program/environment.ts";

/**
 * Turns the difference to one base environment into the difference of the same environment to
 * another base: a root that was made anew has a base of its own.
 */
export function rebaseEnvironment(
  difference: EnvironmentDifference,
  from: Environment,
  to: Environment,
): EnvironmentDifference {
  const whole: Record<string, string> = { ...from, ...difference.set };
  for (const name of difference.unset) delete whole[name];
  const explicit = Object.fromEntries(
    (difference.explicit ?? []).flatMap((name) => {
      const value = difference.set[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return differenceTo(to, whole, explicit);
}
