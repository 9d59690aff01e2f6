#!/bin/sh
# `build`: from a model to a program, and what it says when it cannot.
. "$(dirname "$0")/../tap.sh"
hello=$ROOT/examples/hello/release.xml

status "a program" 0 "$STAGEWRIGHT" build "$hello" -o release
is "nothing is said" "$(cat out err)" ""
# A compiler that counts leaves its counters.
is "nothing else is left" "$(ls -I '*.gc??')" "err
out
release"
status "it runs" 0 ./release --version
status "a drawing that cannot be printed is said" 3 \
	sh -c './release graph >/dev/full'
status "its C can be kept" 0 "$STAGEWRIGHT" build "$hello" -o release --keep c
is "all four files" "$(ls c | tr '\n' ' ')" \
	"hello.c hello.h hello_main.c hello_view.c "
status "no compiler" 3 env CC=no-such-cc "$STAGEWRIGHT" build "$hello" -o other
like "is said with a way out" err "cannot run the C compiler 'no-such-cc'.*apt install gcc"
words=$(awk 'BEGIN { while (n++ < 300) printf " -DX%d", n }')
status "a compiler with 300 options" 0 env CC="${CC:-cc}$words" \
	"$STAGEWRIGHT" build "$hello" -o many
rm many
status "no folder to write to" 3 "$STAGEWRIGHT" build "$hello" -o no/where
like "is said" err "^stagewright: cannot write 'no/where': No such file"
ok "leaves nothing" test ! -e other
status "no model" 3 "$STAGEWRIGHT" build nowhere.xml -o other
status "no output named" 2 "$STAGEWRIGHT" build "$hello"
status "an unknown option" 2 "$STAGEWRIGHT" build --brief "$hello" -o other
like "is named" err "^stagewright build: there is no option '--brief'"
sed 's/branch="main"/branch="main" interval="1m"/' "$hello" >interval.xml
status "what cannot be run yet" 1 "$STAGEWRIGHT" build interval.xml -o other
like "is refused by name and position" err \
	'^interval.xml:[0-9]+:[0-9]+: error: .*\[run-unsupported\]'
ok "and nothing is built" test ! -e other
mkdir bin
cp "$STAGEWRIGHT" bin/
status "no runtime beside the tool" 3 bin/stagewright build "$hello" -o other
like "is said with a way out" err "cannot read the runtime '.*libstagewright.a'.*make install"
done_testing
