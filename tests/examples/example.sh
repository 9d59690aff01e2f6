# shellcheck shell=sh
# Sourced by the scripts here, after tap.sh: an example as a user has it.

# example NAME FOLDER: copies examples/NAME/release.xml here and makes a
# repository NAME.git, FOLDER.git of its program.
example() {
	cp "$ROOT/examples/$1/release.xml" .
	mkdir "$2"
	# Without what a build has left there.
	(cd "$ROOT/examples/$1/${3:-$2}" && tar -cf - --exclude=./build .) |
		tar -xf - -C "$2"
	git init -q -b main "$2"
	git -C "$2" config user.name 'A. Author'
	git -C "$2" config user.email author@localhost
	git -C "$2" add .
	git -C "$2" commit -qm 'Begin'
	git clone -q --bare "$2" "$2.git"
	git -C "$2" remote add origin "$SCRATCH/$2.git"
}

# silently COMMAND...: it succeeds and says nothing at all.
silently() {
	silent_output=$("$@" 2>&1) || return 1
	[ -z "$silent_output" ] || {
		printf '%s\n' "$silent_output"
		return 1
	}
}
