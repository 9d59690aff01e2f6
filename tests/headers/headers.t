#!/bin/sh
# Each public header compiles alone, as C11 and as C++, without a warning.
. "${0%/*}/../tap.sh"

strict='-Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only'
# The compiler of C++ that belongs to $CC, if it is there.
case ${CC:=cc} in
*clang*) cxx=$(echo "$CC" | sed 's/clang/clang++/') ;;
*) cxx=g++ ;;
esac

for path in "$ROOT"/runtime/include/stagewright/*.h; do
	header=stagewright/${path##*/}
	# Twice: the guard holds.
	printf '#include <%s>\n#include <%s>\n' "$header" "$header" >alone.c
	# shellcheck disable=SC2086 # lists of words
	ok "$header alone is C11" $CC -std=c11 $strict \
		-I "$ROOT/runtime/include" alone.c
	if ! command -v "${cxx%% *}" >/dev/null; then
		skip "$header alone is C++" "no $cxx"
		continue
	fi
	# shellcheck disable=SC2086
	ok "$header alone is C++" $cxx -x c++ -std=c++11 $strict \
		-I "$ROOT/runtime/include" alone.c
done
done_testing
