# Real repositories, made by git, untouched by the settings of whoever tests.
# Source it after tests/tap.sh.
export HOME="$SCRATCH/home" GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org
unset GIT_DIR GIT_WORK_TREE SSH_AUTH_SOCK https_proxy http_proxy all_proxy
mkdir "$HOME"
git config --global init.defaultBranch main
git config --global advice.detachedHead false

# What runs in the background, by process id, ends with the script.
daemons=
trap 'kill $daemons 2>/dev/null; rm -rf "$SCRATCH"' EXIT

# build NAME FILE...: a test program from tests/git and files of the runtime.
build() {
	build_name=$1
	shift
	# shellcheck disable=SC2086 # flags are words
	${CC:-cc} -std=c11 -g -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 \
		-I"$ROOT/runtime/include" -I"$ROOT/runtime" ${SAN:+-fsanitize=$SAN} \
		-o "$SCRATCH/$build_name" "$@" \
		"$B/lib/stagewright/libstagewright.a" \
		-lgit2 -lsodium -luv -ljansson -lsqlite3 || exit 1
}

# commit REPOSITORY FILE TEXT: one more commit; its id on stdout.
commit() {
	mkdir -p "$1/$(dirname "$2")"
	printf '%s\n' "$3" >"$1/$2"
	git -C "$1" add -A 2>/dev/null
	git -C "$1" commit -qm "$3" 2>/dev/null
	git -C "$1" rev-parse HEAD
}
