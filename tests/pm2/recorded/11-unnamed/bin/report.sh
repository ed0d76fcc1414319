exec node "$REPORT" bash "$0" "$@"
