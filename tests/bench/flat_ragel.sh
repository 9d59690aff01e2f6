#!/bin/sh
# Prints the flat machine of flat_switch.h for ragel: the same 41 states.
stages=10
cat <<'END'
/* One call for an event; cs and command are the caller's. */
%%{
	machine flat;
	alphtype unsigned char;
	variable cs *state;
	action start { command = 1; }
	action ask { command = 2; }
	action bad { command = 3; }
	action stop { command = 4; }
	action done { command = 5; }
END
echo '	main := ('
echo '		start: ( 0 @start -> run_0 | ^0 -> start ),'
i=0
while [ $i -lt $stages ]; do
	next=idle_$((i + 1))
	[ $((i + 1)) -lt $stages ] || next=done
	idle=idle_$i
	[ $i -gt 0 ] || idle=start
	[ $i -eq 0 ] || echo "		idle_$i: ( 0 @start -> run_$i | ^0 -> idle_$i ),"
	echo "		run_$i: ( 1 @ask -> wait_$i | 2 @bad -> bad_$i | 6 @stop -> $idle | ^(1|2|6) -> run_$i ),"
	echo "		wait_$i: ( 3 @done -> $next | 4 @bad -> bad_$i | ^(3|4) -> wait_$i ),"
	echo "		bad_$i: ( 5 @start -> run_$i | 7 @stop -> start | ^(5|7) -> bad_$i ),"
	i=$((i + 1))
done
cat <<'END'
		done: ( 7 @stop -> start | ^7 -> done )
	);
	write data noerror nofinal noentry;
}%%

extern const int flat_ragel_start;
const int flat_ragel_start = flat_start;
int flat_ragel(int *state, unsigned char event);
int
flat_ragel(int *state, unsigned char event)
{
	const unsigned char *p = &event;
	const unsigned char *pe = p + 1;
	int command = 0;
	%% write exec;
	return command;
}
END
