/* What may go wrong in a simulated life, and what must happen in some. */
#ifndef SIM_POINT_H
#define SIM_POINT_H

/* Faults, of which a seed has some (a swarm: Groce et al. 2012). */
enum sim_fault {
	SIM_KILL,      /* the owner is killed, in any call */
	SIM_POWER,     /* and with it the machine goes down */
	SIM_DISK_FULL, /* a commit fails and did not happen */
	SIM_DISK_EIO,  /* a commit fails, and may have happened */
	SIM_DISK_GONE, /* then it cannot be opened again either */
	SIM_ROT,       /* a row is altered or missing when it is read */
	SIM_LAUNCH,    /* a supervisor cannot be started */
	SIM_ADOPT,     /* an attempt cannot be asked */
	SIM_GATE,      /* a supervisor dies at its gate */
	SIM_DEATH,     /* a supervisor dies while its action runs */
	SIM_HANG,      /* an action runs until its deadline */
	SIM_STUBBORN,  /* an action ignores that it is told to end */
	SIM_CLOCK,     /* somebody sets the clock */
	SIM_STALE,     /* a decision comes late, twice, on another question */
	SIM_RESEND,    /* a request is sent again */
	SIM_FLOOD,     /* many requests at once */
	SIM_FORCE,     /* a branch goes back to a commit that it had */
	SIM_ROOM,      /* the disk has too little room for a while */
	SIM_SECRET,    /* people and programs say a secret aloud */
	SIM_UPGRADE,   /* the pipeline is changed */
	SIM_NFAULTS
};
extern const char *const sim_fault_names[SIM_NFAULTS];

/* What must happen in a campaign for it to be worth something. */
#define SIM_POINTS(X)                                                          \
	X(KILLED_BEFORE_COMMIT, "killed-before-commit")                        \
	X(KILLED_AFTER_COMMIT, "killed-after-commit")                          \
	X(KILLED_AT_LAUNCH, "killed-at-launch")                                \
	X(KILLED_AT_RELEASE, "killed-at-release")                              \
	X(KILLED_AT_STOP, "killed-at-stop")                                    \
	X(KILLED_BEFORE_ANSWER, "killed-before-answer")                        \
	X(KILLED_AT_START, "killed-at-start")                                  \
	X(KILLED_AT_REST, "killed-at-rest")                                    \
	X(CHECKPOINT_MADE, "checkpoint-made")                                  \
	X(CHECKPOINT_READ, "checkpoint-read")                                  \
	X(CHECKPOINT_ROTTEN, "checkpoint-rotten")                              \
	X(POWER_LOST, "power-lost")                                            \
	X(COMMIT_WAS_THERE, "commit-unknown-was-there")                        \
	X(COMMIT_WAS_NOT, "commit-unknown-was-not-there")                      \
	X(COMMIT_UNFOUND, "commit-unknown-and-gone")                           \
	X(ROT_REPORTED, "rot-reported")                                        \
	X(NOT_LAUNCHED, "not-launched")                                        \
	X(NOT_ADOPTED, "not-adopted")                                          \
	X(NOT_STARTED, "not-started")                                          \
	X(STARTED_AGAIN, "started-again")                                      \
	X(WENT_UNKNOWN, "went-unknown")                                        \
	X(TIMED_OUT, "timed-out")                                              \
	X(STOPPED, "stopped")                                                  \
	X(ENDED_WHILE_DOWN, "ended-while-down")                                \
	X(FOUND_RUNNING, "found-running")                                      \
	X(LEFTOVER_CLEARED, "leftover-cleared")                                \
	X(QUESTION_EXPIRED, "question-expired")                                \
	X(STALE_DENIED, "stale-decision-denied")                               \
	X(DECIDED, "decided")                                                  \
	X(SETTLED, "settled")                                                  \
	X(ROLLED_BACK, "rolled-back")                                          \
	X(TIP_STARTED, "tip-started")                                          \
	X(CLOCK_WENT_BACK, "clock-went-back")                                  \
	X(ANSWER_LOST, "answer-lost")                                          \
	X(SENT_AGAIN, "sent-again")                                            \
	X(ASKED_HERE, "asked-here")                                            \
	X(CAME_TOGETHER, "came-together")                                      \
	X(ARTIFACT_READ, "artifact-read")                                      \
	X(TRIED_AGAIN, "tried-again")                                          \
	X(SAID_SECRET, "secret-masked")                                        \
	X(ROOM_LOW, "room-low")                                                \
	X(ROOM_MADE, "ballast-given-up")                                       \
	X(DENIED_ROOM, "start-denied-for-room")                                \
	X(DECIDED_LOW, "decided-without-room")                                 \
	X(QUEUE_FULL, "queue-full")                                            \
	X(PRUNED, "pruned")                                                    \
	X(ROWS_WENT, "rows-let-go")                                            \
	X(BEGAN_LATER, "read-without-its-beginning")                           \
	X(OTHER_REFUSED, "other-version-refused")                              \
	X(UPGRADED, "upgraded")                                                \
	X(UPGRADED_IN_FLIGHT, "upgraded-in-flight")                            \
	X(UPGRADE_REFUSED, "upgrade-refused")
enum sim_point {
#define SIM_POINT_ID(id, name) SIM_##id,
	SIM_POINTS(SIM_POINT_ID)
#undef SIM_POINT_ID
	SIM_NPOINTS
};

#endif
