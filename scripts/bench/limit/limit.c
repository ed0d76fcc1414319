/* The least that starting and stopping processes costs on this machine.

   limit COUNT PROGRAM ARGUMENTS...

   Does what each line on its input says, to COUNT processes at once, and answers
   "done": "start" them by posix_spawn, "stop" them by SIGTERM and bury them,
   "restart" both. At the end of its input it stops them. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static void start(int count, pid_t *pids, char **argv)
{
	for (int i = 0; i < count; i++) {
		if (posix_spawnp(&pids[i], argv[0], NULL, NULL, argv, environ) != 0) {
			perror(argv[0]);
			exit(1);
		}
	}
}

static void stop(int count, pid_t *pids)
{
	for (int i = 0; i < count; i++) {
		if (pids[i] > 0)
			kill(pids[i], SIGTERM);
	}
	for (int i = 0; i < count; i++) {
		if (pids[i] > 0)
			waitpid(pids[i], NULL, 0);
		pids[i] = 0;
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 64;
	int count = atoi(argv[1]);
	pid_t *pids = calloc(count, sizeof *pids);
	char line[64];
	while (fgets(line, sizeof line, stdin)) {
		if (strcmp(line, "start\n") != 0)
			stop(count, pids);
		if (strcmp(line, "stop\n") != 0)
			start(count, pids, argv + 2);
		puts("done");
		fflush(stdout);
	}
	stop(count, pids);
	return 0;
}
