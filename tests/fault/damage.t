#!/bin/sh
# Pages of the journal's file are lost, one at a time: every row is there, or
# it is said that the journal is damaged; never less, and never no answer.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/fault/campaign.sh"
prepare

PAGE=4096
happy=$SCRATCH/models/happy
mkdir play
ln -s "$SCRATCH/models/shop" play/shop
cd play || exit 1
HOME=$PWD "$happy" run --state whole >/dev/null
rows=$("$happy" replay --state whole --json | sed -n 's/.*"rows": \([0-9]*\).*/\1/p')

# is_honest STATE: all rows, or a refusal.
is_honest() {
	answer=0
	timeout 20 "$happy" replay --state "$1" --json >said 2>why || answer=$?
	case $answer in
	0) grep -q "\"rows\": $rows," said ;;
	3) grep -q 'journal' why ;;
	*) cat said why; return 1 ;;
	esac
}
pages=$(($(wc -c <whole/journal.db) / PAGE))
ok "there are pages to lose" [ "$pages" -ge 4 ]
page=0
while [ $page -lt $pages ]; do
	for fill in zeros another; do
		rm -rf lost
		cp -R whole lost
		if [ $fill = zeros ]; then
			dd if=/dev/zero of=lost/journal.db bs=$PAGE count=1 \
				seek=$page conv=notrunc 2>/dev/null
		else
			dd if=whole/journal.db of=lost/journal.db bs=$PAGE \
				count=1 skip=$(((page + 1) % pages)) \
				seek=$page conv=notrunc 2>/dev/null
		fi
		ok "page $page is $fill" is_honest lost
	done
	page=$((page + 1))
done
done_testing
