#!/bin/sh
# runtime/limits.md has every limit of the runtime's headers, with its value.
. "${0%/*}/../tap.sh"
cd "$ROOT" || exit 1
grep -rhoE '^# *define +SW_[A-Z_]+_MAX +' runtime --include='*.h' |
	grep -oE 'SW_[A-Z_]+' | sort -u >"$SCRATCH/names"
sed -n 's/^| `\(SW_[A-Z_]*\)` | \([0-9]*\) .*/\1 \2/p' runtime/limits.md |
	sort >"$SCRATCH/table"
sed '1,/^## Rooms/d' runtime/limits.md | grep -oE 'SW_[A-Z_]+' |
	sort >"$SCRATCH/rooms"
cut -d' ' -f1 "$SCRATCH/table" | sort - "$SCRATCH/rooms" >"$SCRATCH/listed"
ok "each limit is listed, once, and nothing else" diff "$SCRATCH/names" "$SCRATCH/listed"

# What the headers say, by the compiler.
cd "$SCRATCH" || exit 1
{
	printf '#include <limits.h>\n#include <stdio.h>\n#include <stdint.h>\n'
	(cd "$ROOT" && grep -rlE '^# *define +SW_[A-Z_]+_MAX +' runtime --include='*.h') |
		sed 's,.*,#include "&",'
	echo 'int main(void) {'
	cut -d' ' -f1 table |
		sed 's/.*/printf("%s %llu\\n", "&", (unsigned long long)&);/'
	echo '}'
} >values.c
# shellcheck disable=SC2046 # flags are words
ok "they can be asked for" ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L \
	-D_XOPEN_SOURCE=700 -I"$ROOT" -I"$ROOT/runtime/include" -I"$ROOT/runtime" \
	$(pkg-config --cflags libgit2 libuv jansson libsodium sqlite3) values.c -o values
ok "and have these values" sh -c './values | sort | diff - table'
done_testing
