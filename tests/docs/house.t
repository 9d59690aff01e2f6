#!/bin/sh
# What the makers' scripts check of the sources, as far as it is quick.
. "${0%/*}/../tap.sh"
cd "$ROOT" || exit 1
# A tree without history (a release) is not the makers' one.
if [ ! -e .git ]; then
	echo "1..0 # skip not a clone"
	exit 0
fi

ok "includes follow the flow of data" tools/dev/check-layers
if command -v ctags >/dev/null; then
	ok "functions and files are short" tools/dev/check-length
else
	skip "functions and files are short" "no ctags"
fi
if command -v clang-format >/dev/null; then
	# shellcheck disable=SC2046
	ok "sources are formatted" clang-format --dry-run -Werror \
		$(git ls-files '*.c' '*.h' ':!tests/golden')
else
	skip "sources are formatted" "no clang-format"
fi
done_testing
