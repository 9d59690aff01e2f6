#!/bin/sh
# The Git source, with real repositories: what it brings and what it refuses.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
build source "$ROOT/tests/git/source.c"

# A repository with what repositories have.
git init -q shop
commit shop README 'First' >/dev/null
mkdir -p shop/src/deep
printf '#!/bin/sh\necho run\n' >shop/src/deep/run
chmod +x shop/src/deep/run
ln -s /etc/shadow shop/link
ln -s src/deep shop/folder
printf 'a\0b' >shop/binary
: >shop/empty
printf '* text eol=crlf\nREADME export-ignore\n' >shop/.gitattributes
first=$(git -C shop rev-parse HEAD)
git -C shop add -A 2>/dev/null
git -C shop commit -qm 'Second

With a "body".'
second=$(git -C shop rev-parse HEAD)
git -C shop tag -a -m one v1 "$first"
git -C shop tag light
git -C shop branch dev "$first"
git -C shop branch 'x$(touch${IFS}pwn)'
git -C shop branch 'feature/ünïcode-"quoted"'
url=file://$SCRATCH/shop

# source NAME=VALUE...: into a fresh workspace.
source_() {
	rm -rf workspace
	mkdir -p state workspace
	./source state workspace "$@" 3>variables
}
variable() { sed -n "s/^$1=//p" variables; }
brings() { # TEST COMMIT ARGUMENT...
	brings_test=$1
	brings_commit=$2
	shift 2
	status "$brings_test" 0 source_ "$@"
	is "$brings_test: the commit" "$(variable CommitId)" "$brings_commit"
}
refuses() { # TEST PATTERN ARGUMENT...
	refuses_test=$1
	refuses_pattern=$2
	shift 2
	status "$refuses_test" 1 source_ "$@"
	like "$refuses_test: says so" err "$refuses_pattern"
	is "$refuses_test: the workspace is empty" "$(ls -A workspace)" ''
}

brings 'a relative path, its main branch' "$second" url=shop
is 'the message' "$(sed -n '/^CommitMessage=/,/^AuthorDate/p' variables | head -n 3)" \
	'CommitMessage=Second

With a "body".'
is 'the author' "$(variable AuthorDisplayName) $(variable AuthorEmail)" \
	'Ada ada@example.org'
is 'the date, in UTC' "$(variable AuthorDate)" \
	"$(TZ=UTC git -C shop log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%ad)"
is 'the branch' "$(variable BranchName)" main
is 'the repository' "$(variable RepositoryName)" shop
is 'no tag' "$(variable TagName)" ''
git -C shop archive HEAD -o all.tar 2>/dev/null
git clone -q shop clone && rm -rf clone/.git
# What attributes do to a checkout is not done: blobs arrive as they are.
git -C shop cat-file blob HEAD:README >clone/README
git -C shop cat-file blob HEAD:.gitattributes >clone/.gitattributes
git -C shop cat-file blob HEAD:src/deep/run >clone/src/deep/run
git -C shop cat-file blob HEAD:binary >clone/binary
ok 'files are those of the commit' diff -r --no-dereference clone workspace
is 'executables are executable' "$(find workspace -type f -perm -u+x)" \
	workspace/src/deep/run
is 'links are kept and not followed' "$(readlink workspace/link)" /etc/shadow
ok 'no mirror of a path' test ! -e state/sources

for way in shop "$url"; do
	brings "$way: branch" "$first" url="$way" branch=dev
	is "$way: BranchName" "$(variable BranchName)" dev
	brings "$way: annotated tag" "$first" url="$way" tag=v1
	is "$way: TagName" "$(variable TagName)" v1
	brings "$way: light tag" "$second" url="$way" tag=light
	brings "$way: commit" "$first" url="$way" commit="$first"
	is "$way: branch of a commit" "$(variable BranchName)" main
	brings "$way: pinned commit" "$first" url="$way" revision="$first"
	brings "$way: pinned abbreviation" "$first" url="$way" \
		revision="$(echo "$first" | cut -c1-10)"
	brings "$way: pinned branch" "$first" url="$way" revision=dev
	brings "$way: pinned tag" "$first" url="$way" revision=refs/tags/v1
	brings "$way: pinned push" "$first" url="$way" \
		revision="$first" ref=refs/heads/dev
	is "$way: the branch that was pushed" "$(variable BranchName)" dev
	brings "$way: hostile branch" "$second" url="$way" \
		'branch=x$(touch${IFS}pwn)'
	is "$way: its name is data" "$(variable BranchName)" \
		'x$(touch${IFS}pwn)'
	brings "$way: UTF-8 branch" "$second" url="$way" \
		'branch=feature/ünïcode-"quoted"'
	refuses "$way: unknown branch" "no branch 'mian' in .*did you mean 'main'\?" \
		url="$way" branch=mian
	refuses "$way: unknown branch, unlike any" \
		"no branch 'nowhere' in '.*': it has .*'dev'" \
		url="$way" branch=nowhere
	refuses "$way: unknown tag" "no tag 'v2' in .*did you mean 'v1'\?" \
		url="$way" tag=v2
	refuses "$way: unknown revision" "no revision '0123456789' in" \
		url="$way" revision=0123456789
	refuses "$way: unknown commit" "no revision 'f{40}' in" \
		url="$way" commit=ffffffffffffffffffffffffffffffffffffffff
done
ok 'nothing was executed' test ! -e pwn -a ! -e workspace/pwn

refuses 'branch and tag' "give one of 'branch', 'tag', 'commit'" \
	url=shop branch=main tag=v1
refuses 'a branch that is an option' "cannot be the name of a branch" \
	url=shop branch=--upload-pack=x
refuses 'a branch with dots' "cannot be the name of a branch" \
	url=shop branch=../../etc
refuses 'no url' "has no 'url'"
refuses 'missing path' "there is no repository at 'nowhere': No such file" \
	url=nowhere
refuses 'missing file://' "there is no repository at 'file:///nowhere'" \
	url=file:///nowhere
mkdir folder
refuses 'not a repository' "'folder' is not a git repository.*git init" \
	url=folder
refuses 'not a repository, file://' "is not a git repository" \
	url="file://$SCRATCH/folder"
git init -q bare-of-commits
refuses 'without commits' "'bare-of-commits' has no commit on its main branch" \
	url=bare-of-commits
refuses 'without commits, file://' "has no commit on its main branch yet" \
	url="file://$SCRATCH/bare-of-commits"
git clone -q shop detached
git -C detached checkout -q --detach
refuses 'a detached HEAD' "'detached' is on no branch: name one" url=detached
git init -q --object-format=sha256 sha256
refuses 'objects that cannot be read' \
	"cannot reach 'sha256': .*objectformat" url=sha256
git -C shop worktree add -q ../worktree -b worktree dev 2>/dev/null
brings 'a worktree, its branch' "$first" url=worktree/
is 'the branch of a worktree' "$(variable BranchName)" worktree
git -C shop worktree remove worktree
git -C shop branch -q -D worktree
port=$(perl -MIO::Socket::INET -e \
	'print IO::Socket::INET->new(LocalAddr=>"127.0.0.1",Listen=>1)->sockport')
for scheme in https http ssh; do
	refuses "unreachable $scheme" \
		"cannot reach '$scheme://127.0.0.1:$port/shop.git': .*refused" \
		url="$scheme://127.0.0.1:$port/shop.git"
done
refuses 'a password is not shown' \
	"cannot reach 'https://\*\*\*@127.0.0.1:$port/shop.git'" \
	url="https://ada:s3cret@127.0.0.1:$port/shop.git"
ok 'not anywhere' sh -c '! grep -r s3cret out err variables state'
refuses 'plain http' 'http:// is refused' url=http://example.org/shop.git
refuses 'a remote helper' "'ext::' is refused" 'url=ext::sh -c touch% pwn'
refuses 'an option for ssh' 'no proper host name' \
	url=ssh://-oProxyCommand=x/shop

# Another user's repository, which only root can make.
if [ "$(id -u)" = 0 ]; then
	cp -r shop foreign
	chown -R nobody foreign
	refuses 'foreign path' "belongs to another user, 'nobody'" url=foreign
	refuses 'foreign file://' "belongs to another user, 'nobody'" \
		url="file://$SCRATCH/foreign"
fi

# The mirror
rm -rf state
brings 'a mirror' "$second" url="$url"
is 'one mirror, one lock' "$(ls state/sources | wc -l)" 2
mirror=$(echo state/sources/*.git)
third=$(commit shop more 'Third')
brings 'a mirror follows' "$third" url="$url"
is 'it is the same mirror' "$(echo state/sources/*.git)" "$mirror"
mv shop away
brings 'a pinned commit needs no remote' "$second" url="$url" revision="$second"
refuses 'the newest one does' 'there is no repository' url="$url"
mv away shop
git -C shop branch -D dev >/dev/null
refuses 'a branch that is gone' "no branch 'dev'" url="$url" branch=dev
git -C shop branch dev/two main
brings 'a folder in place of a branch' "$third" url="$url" branch=dev/two
git -C shop reset -q --hard "$first"
fourth=$(commit shop other 'Fourth')
brings 'a forced push' "$fourth" url="$url"
echo broken >"$mirror/HEAD"
brings 'a mirror without HEAD' "$fourth" url="$url"
chmod -R u+w "$mirror"
find "$mirror/objects" -type f -exec sh -c 'echo x >"$1"' - {} \;
brings 'a mirror of broken objects' "$fourth" url="$url"
fifth=$(commit shop other 'Fifth')
find "$mirror/objects" -type f -name '*.pack' -exec sh -c ': >"$1"' - {} \;
brings 'a mirror of empty packs' "$fifth" url="$url"
for i in 1 2 3 4; do
	mkdir "workspace$i"
	./source state "workspace$i" url="$url" >"out$i" 2>&1 3>&1 &
done
wait
is 'four at once' "$(cat out[1-4] | grep -c "^CommitId=$fifth")" 4

# A repository that is damaged itself
cp -r shop damaged
chmod -R u+w damaged
find damaged/.git/objects -type f -exec sh -c 'echo x >"$1"' - {} \;
refuses 'a damaged repository' "'damaged' is damaged: .*git fsck" url=damaged
refuses 'a damaged repository, file://' "." url="file://$SCRATCH/damaged"

# Trees that no honest git writes
hostile() { # NAME: a commit whose tree has a file of this name
	blob=$(echo x | git -C shop hash-object -w --stdin)
	tree=$(printf '100644 %s\0%b' "$1" \
		"$(echo "$blob" | sed 's/../\\0&/g' | perl -pe \
			's/\\0(..)/sprintf "\\0%03o", hex $1/ge')" |
		git -C shop hash-object -t tree -w --stdin --literally)
	git -C shop commit-tree -m hostile "$tree"
}
for name in .. . .git .GIT a/b; do
	git -C shop update-ref refs/heads/hostile "$(hostile "$name")"
	refuses "a file called '$name'" "the commit holds '$name', " \
		url=shop branch=hostile
done
blob=$(printf ../outside | git -C shop hash-object -w --stdin)
file=$(echo owned | git -C shop hash-object -w --stdin)
below=$(printf '100644 blob %s\tfile\n' "$file" | git -C shop mktree)
oid() { echo "$1" | perl -pe 'chomp; $_ = pack "H*", $_'; }
{
	printf '120000 d\0'
	oid "$blob"
	printf '40000 d\0'
	oid "$below"
} >tree
tree=$(git -C shop hash-object -t tree -w --literally "$SCRATCH/tree")
git -C shop update-ref refs/heads/hostile \
	"$(git -C shop commit-tree -m hostile "$tree")"
mkdir outside
status 'a folder over a link' 1 source_ url=shop branch=hostile
is 'nothing is written through it' "$(ls outside)" ''
printf '160000 commit %s\tsub\n' "$fifth" | git -C shop mktree >tree
git -C shop update-ref refs/heads/submodule \
	"$(git -C shop commit-tree -m submodule "$(cat tree)")"
brings 'a submodule' "$(git -C shop rev-parse submodule)" \
	url=shop branch=submodule
is 'its folder is empty' "$(ls -A workspace workspace/sub | tr '\n' ' ')" \
	'workspace: sub  workspace/sub: '
like 'and it says so' out 'submodules are not fetched'

# Names and messages in other encodings
git -C shop -c i18n.commitEncoding=latin1 -c user.name="$(printf 'J\366rg')" \
	commit -q --allow-empty -m "$(printf 'caf\351')" 2>/dev/null
brings 'a Latin-1 message' "$(git -C shop rev-parse HEAD)" url=shop
ok 'comes as UTF-8' iconv -f utf-8 -t utf-8 variables

# Many files
git init -q large
perl -e 'for $d (0..49) { mkdir "large/$d"; for $f (0..39) {
	open my $h, ">", "large/$d/$f"; print $h "$d $f\n" x 50 } }'
git -C large add -A 2>/dev/null
git -C large commit -qm Large
brings '2000 files' "$(git -C large rev-parse HEAD)" url=large
rm -rf large/.git
ok 'all of them' diff -r large workspace
done_testing
