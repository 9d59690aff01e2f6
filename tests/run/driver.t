#!/bin/sh
# The generated C of real models: builds without a warning by both compilers,
# and answers event lines as the machine in process does, byte for byte.
. "$(dirname "$0")/../tap.sh"
STRICT="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror"
INCLUDES="-I$ROOT/runtime/include -I$ROOT -I$ROOT/tests/differential -I."
FLAGS=${SAN:+-fsanitize=$SAN -fno-sanitize-recover=all}

# One subject, as emit_models lists many.
table() {
	cat <<-END
		#include $2
		#include "subject.h"
		$3
		static enum sw_refusal
		take_one(const struct subject *subject, void *state,
		    struct sw_event event, struct sw_output *out)
		{
			static struct $1_output typed;
			const enum sw_refusal refusal = $1_step(state, event, &typed);
			(void)subject;
			*out = (struct sw_output){ typed.commands, typed.fired,
				typed.ncommands, typed.nfired };
			return refusal;
		}
		extern const struct subject subjects[];
		const struct subject subjects[] = { { &$1_machine, take_one, 0 },
			{ 0, 0, 0 } };
	END
}

# shellcheck disable=SC2086 # lists of words
build() {
	$1 $STRICT -O1 $FLAGS $INCLUDES -o "$2" "$2.c" \
		"$ROOT/tests/differential/walk_tables.c" \
		"$ROOT/tests/differential/subject.c" \
		"$ROOT/tests/differential/fleet.c" \
		"$B/lib/stagewright/libstagewright.a"
}

# shellcheck disable=SC2086
strict() {
	$1 $STRICT -O2 $INCLUDES -c -o strict.o "$2"
}

# Through every stage, with failures, retries, a stop and a closed transition.
event_lines() {
	case $1 in
	groups) cat <<-END ;;
		start
		succeed Source.Checkout
		start
		succeed Build.Unit
		succeed Build.Compile
		succeed Build.Lint
		fail Build.Unit
		retry Build
		unknown Build.Unit
		succeed Build.Unit
		succeed Source.Checkout
		start
		succeed Source.Checkout
		succeed Build.Report
		approve Release.Manager
		open Release
		approve Release.Manager
		stop #1
		abandon #1
		retry Release all
		reject Release.Manager
		close Build
		stop #9
	END
	conditions) cat <<-END ;;
		start
		fail Source.Checkout
		unknown Source.Checkout
		succeed Source.Checkout
		start
		pass Build.Branch
		unknown Build.Compile
		retry Build
		succeed Build.Compile
		succeed Source.Checkout
		fail Build.Branch
		open Production
		pass Production.Office.hours
		override Production beforeEntry
		fail Production.First
		pass Production.Worth-it
		pass Production.Office.hours
		pass Production.Office_hours
		succeed Production.First
		succeed Production.Second
		pass Production.Health
		override Production beforeEntry
		succeed Production.First
		succeed Production.Second
		fail Production.Health
		rollback Production #1
		succeed Production.First
		succeed Production.Second
		rollback Production #2
		rollback Build #1
		stop #4
	END
	parallel) cat <<-END ;;
		start
		start
		#2 succeed Source.Checkout
		#1 succeed Source.Checkout
		#2 succeed Test.Unit
		#2 fail Test.Load
		#1 succeed Test.Unit
		#1 succeed Test.Load
		#1 succeed Test.Lint
		#2 succeed Test.Lint
		#1 fail Test.Covered
		#1 retry Test
		#1 override Test onSuccess
		#2 retry Test all
		close Test
		#2 abandon #2
		#7 stop #7
	END
	*) cat <<-END ;;
		start
		succeed Source.switch
		succeed a-b.a_b
		fail a-b.A-B
		abandon #1
		retry a-b
	END
	esac
}

STUB='struct sw_provider { int unused; };
const struct sw_provider sw_provider_git = { 0 };
const struct sw_provider sw_provider_commands = { 0 };
const struct sw_provider sw_provider_directory = { 0 };
const struct sw_provider sw_provider_manual = { 0 };
const struct sw_provider sw_provider_variable_check = { 0 };
const struct sw_provider sw_provider_deployment_window = { 0 };
const struct sw_provider sw_provider_plugin = { 0 };'

check_model() {
	model=$1 case=$2 prefix=$3
	status "$case: compiles" 0 "$STAGEWRIGHT" compile "$model" -o "$case"
	status "$case: amalgamates" 0 \
		"$STAGEWRIGHT" compile "$model" -o "$case-one" --amalgamate
	is "$case: the amalgamation is one file" "$(ls "$case-one")" "$prefix.c"
	for compiler in gcc clang; do
		command -v $compiler >/dev/null || continue
		for file in "$case"/*.c; do
			ok "$compiler: ${file##*/}" strict $compiler "$file"
		done
		ok "$compiler: $case amalgamated, freestanding" strict \
			"$compiler -ffreestanding -nostdlib" \
			"$case-one/$prefix.c"
	done
	table "$prefix" "\"$case/$prefix.c\"
#include \"$case/${prefix}_view.c\"" "$STUB" >linked.c
	table "$prefix" "\"$case-one/$prefix.c\"" "" >amalgamated.c
	event_lines "$case" >events
	"$B/tests/differential/drive_model" "$model" <events >in-process
	is "$case: each event is answered" "$(wc -l <in-process)" \
		"$(wc -l <events)"
	for variant in linked amalgamated; do
		ok "$case: $variant builds" build "${CC:-cc}" $variant
		./$variant <events >out
		ok "$case: $variant answers the same" cmp in-process out
	done
}

check_model "$ROOT/tests/golden/groups.xml" groups groups
check_model "$ROOT/tests/golden/hostile.xml" hostile int_pipeline
check_model "$ROOT/tests/golden/conditions.xml" conditions conditions
check_model "$ROOT/tests/golden/parallel.xml" parallel parallel
done_testing
