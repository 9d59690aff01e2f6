# Stagewright. `make demo` shows it, `make check` tests it, `make` builds it.
# Output goes below $(B) alone, laid out as it is installed: bin, lib, include.

PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
B       ?= build
CFLAGS  ?= -O2 -g
INSTALL ?= install
PKG_CONFIG ?= pkg-config
JOBS    ?= $(shell nproc)
VERSION  = 0.1.0

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wwrite-strings \
	-Wcast-qual -Wvla -Wundef -Wformat=2 -Wconversion -Wimplicit-fallthrough
ifeq ($(findstring clang,$(CC)),)
WARN += -Wlogical-op -Wduplicated-cond -Wnull-dereference
endif
ifeq ($(CI),1)
WARN += -Werror
endif
ifneq ($(SAN),)
SANFL = -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
ifneq ($(COV),)
# Counts are written at exit, which the children of a fork pass by.
SANFL += --coverage -D_exit=exit
endif

LANGUAGE = -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700
# A program that links the runtime takes only what it calls.
SECTIONS = -ffunction-sections -fdata-sections
INCLUDES = -Iruntime/include -Iruntime -Icompiler -I.
DEFINES  = -DSTAGEWRIGHT_VERSION='"$(VERSION)"' $(GIT_SIZE)
# Foreign headers are system headers: their warnings are not ours.
comma    = ,
sys      = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null))
libs     = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)
obj      = $(patsubst %.c,$(B)/obj/%.o,$(1))

RUNTIME_PKGS  = sqlite3 libuv jansson libsodium
GIT_PKGS      = libgit2
# Debian names the archive of libuv differently.
STATIC_PKGS   = $(subst libuv,libuv-static,$(RUNTIME_PKGS))
COMPILER_PKGS = libxml-2.0
# Not linked: compiler/draw/render.c loads it to draw a PNG or a PDF.
DRAWING_PKGS  = libgvc libcgraph
# Debian's security update of libgit2 1.5.1 brought this limit.
GIT_SIZE := $(shell grep -qs OPT_SET_PACK_MAX_OBJECT_SIZE \
	"$$($(PKG_CONFIG) --variable=includedir libgit2 2>/dev/null)/git2/common.h" && \
	echo -DSW_GIT_HAS_OBJECT_SIZE)
SYS := $(call sys,$(RUNTIME_PKGS) $(GIT_PKGS) $(COMPILER_PKGS) $(DRAWING_PKGS) cmocka)

# machine.c is the step's files as one unit; tests have them apart, with their
# assertions, and so has every build that is not optimised.
MACHINE_UNIT = runtime/machine/machine.c
MACHINE_PARTS = $(addprefix runtime/machine/,condition.c gate.c group.c queue.c \
               retry.c rollback.c state.c step.c stop.c)
MACHINE_SRC  = $(filter-out $(MACHINE_UNIT),$(wildcard runtime/machine/*.c runtime/notation/*.c))
RUNTIME_SRC  = $(filter-out $(if $(and $(filter -O2 -O3,$(CFLAGS)),$(if $(SAN)$(COV),,1)),$(MACHINE_PARTS),$(MACHINE_UNIT)),$(wildcard runtime/*.c runtime/*/*.c))
COMPILER_SRC = $(wildcard compiler/*.c compiler/*/*.c)
TOOL_SRC     = $(wildcard tools/*.c)
PAGES        = $(wildcard compiler/check/pages/*.md)
PUBLIC       = $(wildcard runtime/include/stagewright/*)
PROMELA      = compiler/emit/machine.pml
EMBEDDED     = $(B)/gen/embedded.c
MANUALS      = $(wildcard */*.[1-8] */*/*.[1-8])
SCHEMAS      = $(wildcard schemas/*.x*)
BENCH        = $(filter-out %.c %.h %.sh %.xml,$(wildcard tests/bench/*))

TOOL    = $(B)/bin/stagewright
RUNTIME = $(B)/lib/stagewright/libstagewright.a
HEADERS = $(patsubst runtime/include/%,$(B)/include/%,$(PUBLIC))
COMPILER = $(B)/lib/libcompiler.a

SUPPORT = $(B)/tests/libsupport.a
SUPPORT_SRC = $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
UNIT   = $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
SCRIPT = $(sort $(wildcard tests/*/*.t))

.PHONY: all check check-fast unit install uninstall clean dist deps format \
	lint coverage mutate mutate-models prove conditions asan bench demo \
	update-golden test sim sim-teeth print-flags check-built differential \
	determinism fuzz crash errors power memory
.DELETE_ON_ERROR:
.SECONDARY:

# One short line a step; V=1 shows the commands.
ifeq ($(V),)
say = @printf '  %-4s %s\n' $(1) $(2) &&
endif

all: $(TOOL) $(RUNTIME) $(HEADERS)

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CPPFLAGS) $(LANGUAGE) $(INCLUDES) $(DEFINES) $(SYS) -MMD -MP $(WARN) $(SECTIONS) $(CFLAGS) $(SANFL) -c -o $@ $<

# What `stagewright build` links into a program: tools/libraries.h.
static_libs = $(shell $(PKG_CONFIG) --static --libs $(1) 2>/dev/null)
LIBRARIES = $(B)/gen/libraries.c
$(LIBRARIES): Makefile
	@mkdir -p $(@D)
	@printf 'const char %s[] = "%s";\n' \
		build_flags '$(SANFL)' \
		build_libs '$(call libs,$(RUNTIME_PKGS))' \
		build_git_libs '$(call libs,$(GIT_PKGS))' \
		build_static_libs '$(call static_libs,$(STATIC_PKGS))' \
		build_static_git_libs '$(call static_libs,$(GIT_PKGS)) -lcrypto' | \
		sed '1i #include "tools/libraries.h"\n' >$@

$(B)/obj/libraries.o: $(LIBRARIES) tools/libraries.h
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(LANGUAGE) -I. $(CFLAGS) $(SANFL) -c -o $@ $<

$(EMBEDDED): tools/dev/embed $(PAGES) $(PUBLIC) $(wildcard runtime/machine/*) $(PROMELA) schemas/pipeline.xsd
	@mkdir -p $(@D)
	@tools/dev/embed $(PAGES) $(PUBLIC) $(wildcard runtime/machine/*.[ch]) $(PROMELA) schemas/pipeline.xsd >$@

$(B)/obj/embedded.o: $(EMBEDDED) compiler/base/embedded.h
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(LANGUAGE) -Icompiler/base $(CFLAGS) $(SANFL) -c -o $@ $<

$(COMPILER): $(call obj,$(COMPILER_SRC) $(filter runtime/machine/% runtime/notation/%,$(RUNTIME_SRC))) $(B)/obj/embedded.o
	@mkdir -p $(@D)
	$(call say,AR,$@) rm -f $@ && $(AR) rcs $@ $^

$(RUNTIME): $(call obj,$(RUNTIME_SRC))
	@mkdir -p $(@D)
	$(call say,AR,$@) rm -f $@ && $(AR) rcs $@ $^

$(B)/include/%: runtime/include/%
	@mkdir -p $(@D)
	$(call say,CP,$@) cp $< $@

$(TOOL): $(call obj,$(TOOL_SRC)) $(B)/obj/libraries.o $(COMPILER)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $^ $(call libs,$(COMPILER_PKGS))

# Tests. Every one speaks TAP; `prove` counts. One that hangs is ended, and has
# failed.
TEST_SECONDS ?= 300
PROVE = prove --exec 'timeout $(TEST_SECONDS)'
$(SUPPORT): $(call obj,$(SUPPORT_SRC))
	@mkdir -p $(@D)
	$(call say,AR,$@) rm -f $@ && $(AR) rcs $@ $^

$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(SUPPORT) $(call obj,$(MACHINE_SRC)) $(COMPILER) $(RUNTIME)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $^ $(call libs,cmocka $(COMPILER_PKGS) $(RUNTIME_PKGS) $(GIT_PKGS)) -lpthread

# Those that decide when memory is short.
$(B)/tests/unit/test_instances: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc free)
$(B)/tests/unit/test_json: LDFLAGS += -Wl,--wrap=realloc
$(B)/tests/unit/test_redact: LDFLAGS += -Wl,--wrap=malloc -Wl,--wrap=calloc
# The one whose machine can be broken.
$(B)/tests/unit/test_verify: LDFLAGS += -Wl,--wrap=sw_step

# Models as generated code and in process, walked and compared.
DIFFERENTIAL = $(addprefix $(B)/tests/differential/,emit_models walk_models drive_model)
$(DIFFERENTIAL): $(B)/tests/differential/%: $(B)/obj/tests/differential/%.o \
		$(call obj,$(addprefix tests/differential/,random_model.c subject.c fleet.c reach.c)) $(COMPILER)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $^ $(call libs,$(COMPILER_PKGS))

# Machines explored in process, and as Promela for SPIN.
SPIN = $(B)/tests/spin/explore_subject
$(SPIN): $(call obj,tests/spin/explore_subject.c tests/spin/subjects.c) $(SUPPORT) $(COMPILER)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $^ $(call libs,cmocka $(COMPILER_PKGS))

# What strikes a program at its system calls, and judges what is left.
FAULT = $(addprefix $(B)/tests/fault/,strike starve campaign power)
SCARCE = $(B)/tests/fault/scarce.so
CALLS = $(B)/gen/calls.inc
$(CALLS): Makefile
	@mkdir -p $(@D)
	@echo '#include <sys/syscall.h>' | $(CC) -E -dM - | \
		sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/[SYS_\1] = "\1",/p' | LC_ALL=C sort >$@

$(B)/obj/tests/fault/call.o: INCLUDES += -I$(B)/gen
$(B)/obj/tests/fault/call.o: $(CALLS)
$(B)/tests/fault/strike: $(call obj,$(addprefix tests/fault/,strike.c tracee.c record.c call.c))
$(B)/tests/fault/campaign: $(call obj,$(addprefix tests/fault/,campaign.c scenario.c oracle.c))
$(B)/tests/fault/power: $(call obj,tests/fault/power.c)
$(B)/tests/fault/starve: $(call obj,tests/fault/starve.c)
$(B)/tests/fault/starve: | $(SCARCE)
# It is preloaded, so that libraries are short of memory, too.
$(SCARCE): tests/fault/scarce.c tests/fault/scarce.h Makefile
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(LANGUAGE) $(WARN) $(CFLAGS) -fPIC -shared -o $@ $<
$(FAULT):
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $^ $(call libs,jansson)

# Every call of every process struck by a kill, and pairs of kills; every error
# that a call can have: hours. SEED and PAIRS of what is drawn.
crash: all $(FAULT)
	@$(TEST_ENV) POINTS=0 CALLS= PAIRS=$(or $(PAIRS),2000) SEED=$(or $(SEED),1) \
		$(PROVE) -v tests/fault/crash.t
errors: all $(FAULT)
	@$(TEST_ENV) POINTS=$(or $(POINTS),0) SEED=$(or $(SEED),1) $(PROVE) -v tests/fault/errors.t
# So many moments at which the power is lost: make power STATES=10000
power: all $(FAULT)
	@$(TEST_ENV) STATES=$(or $(STATES),2000) SEED=$(or $(SEED),1) $(PROVE) -v tests/fault/power.t
# Every request for memory refused, one at a time, and all from it on.
memory: all $(FAULT)
	@$(TEST_ENV) POINTS=$(or $(POINTS),0) SEED=$(or $(SEED),1) $(PROVE) -v tests/fault/memory.t
crash errors power memory: TEST_SECONDS = 36000

# The engine in a world out of a seed.
SIM = $(B)/tests/sim/sim
$(SIM): $(call obj,$(wildcard tests/sim/*.c) tests/differential/random_model.c) $(COMPILER) $(RUNTIME)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $^ $(call libs,$(COMPILER_PKGS) $(RUNTIME_PKGS) $(GIT_PKGS)) -lpthread

# More lives than `make check` has time for: make sim SIM_SEEDS=100000 SEED=7
sim: all $(SIM)
	$(SIM) --seed $(or $(SEED),1000) --seeds $(or $(SIM_SEEDS),5000)

# Engines that are broken on purpose, each of which it must find.
sim-teeth: all $(SIM)
	@$(TEST_ENV) LINK='$(CFLAGS) $(LDFLAGS)' LIBS='$(call libs,$(COMPILER_PKGS) $(RUNTIME_PKGS) $(GIT_PKGS)) -lpthread' \
		COMPILE='$(CC) $(LANGUAGE) $(INCLUDES) $(SYS) $(CFLAGS)' tests/sim/teeth

# Readers against any bytes; without libFuzzer they run over a corpus.
FUZZ = $(addprefix $(B)/tests/fuzz/,fuzz_model fuzz_era fuzz_book fuzz_result)
$(B)/tests/fuzz/fuzz_model: $(COMPILER)
$(addprefix $(B)/tests/fuzz/fuzz_,era book result): $(RUNTIME)
$(FUZZ): $(B)/tests/fuzz/%: $(B)/obj/tests/fuzz/%.o $(call obj,tests/fuzz/drive.c)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(CFLAGS) $(SANFL) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter-out %.o,$^) \
		$(call libs,$(COMPILER_PKGS) $(RUNTIME_PKGS) $(GIT_PKGS)) -lpthread

# A minute of each by libFuzzer, or FUZZ_SECONDS: make fuzz
FUZZED = model era book result
fuzz:
	$(MAKE) B=build-fuzz CC=clang SAN=fuzzer-no-link,address,undefined CFLAGS="-O1 -g" \
		build-fuzz/lib/libcompiler.a build-fuzz/lib/stagewright/libstagewright.a \
		$(FUZZED:%=build-fuzz/obj/tests/fuzz/fuzz_%.o)
	mkdir -p $(FUZZED:%=build-fuzz/corpus.%)
	cp tests/reject/*--*.xml tests/golden/*.xml tests/format/*.xml tests/fuzz/corpus/* build-fuzz/corpus.model/
	for target in $(FUZZED); do \
		clang -fsanitize=fuzzer,address,undefined -o build-fuzz/fuzz_$$target build-fuzz/obj/tests/fuzz/fuzz_$$target.o \
			build-fuzz/lib/libcompiler.a build-fuzz/lib/stagewright/libstagewright.a \
			$(call libs,$(COMPILER_PKGS) $(RUNTIME_PKGS) $(GIT_PKGS)) -lpthread || exit 1; \
		corpus=tests/fuzz/corpus.$$target; [ -d $$corpus ] || corpus=tests/fuzz/corpus; \
		(cd build-fuzz && ./fuzz_$$target -max_total_time=$(or $(FUZZ_SECONDS),60) -max_len=8192 corpus.$$target ../$$corpus) || exit 1; \
	done

# The same on more models, with other seeds: make differential SEED=7
differential: all $(DIFFERENTIAL)
	@$(TEST_ENV) SEED=$(or $(SEED),1000) MODELS=$(or $(MODELS),1000) EVENTS=$(or $(EVENTS),20000) \
		$(PROVE) -v tests/differential/differential.t

# As programs of other compilers, widths and byte orders: make determinism
determinism: all $(DIFFERENTIAL)
	tools/dev/install-deps --cross
	@$(TEST_ENV) CROSS=1 SEED=$(or $(SEED),1000) MODELS=$(or $(MODELS),200) EVENTS=$(or $(EVENTS),3000) \
		$(PROVE) -v tests/differential/determinism.t

TEST_ENV = B=$(abspath $(B)) STAGEWRIGHT=$(abspath $(TOOL)) CC="$(CC)$(if $(COV), --coverage)" SAN="$(SAN)" \
	CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8 TZ=UTC \
	LSAN_OPTIONS=suppressions=$(abspath tests/lsan.supp):print_suppressions=0

unit: $(UNIT)
	$(TEST_ENV) $(PROVE) -j$(JOBS) $(UNIT)

# Packages that were missing a moment ago are found by a make of its own.
# With CI=1 all tests run once more, built by clang under the sanitizers.
CHECK = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS)) check-built
check: WITH = $(if $(CI),--ci,--check)
check: deps
	@$(CHECK)
ifeq ($(CI)$(SAN)$(COV),1)
	@$(CHECK) B=build-ci CC=clang SAN=address,undefined CFLAGS="-O1 -g"
endif

check-built: all $(UNIT) $(DIFFERENTIAL) $(SPIN) $(SIM) $(FUZZ) $(FAULT)
	@$(TEST_ENV) $(PROVE) -j$(JOBS) $(UNIT) $(SCRIPT)

# One test: make test T=tests/reject/reject.t, or T=unit/test_step
test: all $(UNIT)
	$(TEST_ENV) $(PROVE) -v $(if $(filter tests/%,$(T)),$(T),$(B)/tests/$(T))

asan:
	$(MAKE) check B=build-asan SAN=address,undefined CFLAGS="-O1 -g"

# What is missing of the Debian packages; WITH=--dev for the makers' tools.
deps:
	@tools/dev/install-deps $(WITH)

lint:
	tools/dev/install-deps --dev
	tools/dev/lint

# For analysers, which compile nothing.
print-flags:
	@: $(info $(LANGUAGE) $(INCLUDES) $(DEFINES) $(SYS))

# Lines and branches that the tests reach, a folder and a file each.
coverage:
	tools/dev/install-deps --dev
	$(MAKE) check B=build-coverage COV=1 CFLAGS="-O0 -g"
	tools/dev/coverage build-coverage

# Lines, branches and conditions of the machine that its unit tests reach.
conditions:
	tools/dev/install-deps --prove
	tools/dev/conditions

# No alarm in sw_step, whatever the state and the event (tests/proof).
prove:
	tools/dev/install-deps --prove
	tests/proof/prove

# Which single change of the machine none of its tests notices.
mutate:
	tools/dev/install-deps --dev
	B=$(if $(filter build,$(B)),build-mutate,$(B)) tools/dev/mutate

# Which single change of a model neither check nor diff notices.
mutate-models: all
	B=$(B) tools/dev/mutate-models

bench: all $(SIM)
	@for program in $(BENCH); do echo "$$program:"; $(TEST_ENV) $$program; done

update-golden: all
	@$(TEST_ENV) tools/dev/update-golden

demo: deps
	@$(MAKE) -s -j$(JOBS) all
	@$(TEST_ENV) tools/dev/demo

format:
	clang-format -i $$(git ls-files '*.c' '*.h' ':!tests/golden')

clean:
	rm -rf build build-*

# The same bytes from the same files, with history or without.
dist:
	@mkdir -p $(B)/dist
	@{ git ls-files 2>/dev/null || find . -type f ! -path './build*'; } | \
		LC_ALL=C sort | tar -cf - -T - --mtime=@0 --owner=0 --group=0 \
		--numeric-owner --transform='s,^\(\./\)\?,stagewright-$(VERSION)/,' | \
		gzip -9n >$(B)/dist/stagewright-$(VERSION).tar.gz

INSTALLED = $(BINDIR)/stagewright $(PREFIX)/lib/stagewright \
	$(PREFIX)/include/stagewright $(PREFIX)/share/stagewright \
	$(foreach page,$(MANUALS),$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(PREFIX)/lib/stagewright \
		$(DESTDIR)$(PREFIX)/include/stagewright \
		$(DESTDIR)$(PREFIX)/share/stagewright
	$(INSTALL) -m 755 $(TOOL) $(DESTDIR)$(BINDIR)/
	$(INSTALL) -m 644 $(RUNTIME) $(DESTDIR)$(PREFIX)/lib/stagewright/
	$(INSTALL) -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include/stagewright/
	$(INSTALL) -m 644 $(SCHEMAS) $(DESTDIR)$(PREFIX)/share/stagewright/
	$(foreach page,$(MANUALS),$(INSTALL) -D -m 644 $(page) \
		$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)) &&) :

uninstall:
	rm -rf $(addprefix $(DESTDIR),$(INSTALLED))

-include $(shell find $(B) -name '*.d' 2>/dev/null)
