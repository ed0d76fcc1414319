/**
 * Commands of a function of the shell that succeeds when the process whose pid is `$$` has ended:
 * in a subshell that is the shell it was made by, or the program which that has become. They set
 * the variable `_tsm_stat`.
 */
export const HAS_ENDED = `
  IFS= read -r _tsm_stat 2>/dev/null </proc/$$/stat || return 0
  case \${_tsm_stat##*) } in [ZX]*) return 0 ;; esac
  return 1
`;
