# mtbert: `make` leaves the program at build/release/mtbert. CONFIG=asan|tsan|debug builds the same into a folder of its own;
# CC=clang B=build/clang with another compiler.
#   make deps      installs the packages of tools/packages.txt (apt, needs root)
#   make bench     times every operation
#   make test      builds and runs all tests; T=pattern runs some
#   make lint      folder rule, clang-tidy (L=src/base/ for some);  make format, make format-check
#   make fuzz      the fuzz entries of the readers, by clang;  make coverage: what tests leave out of the readers of checkpoints
#   make install   PREFIX=/usr/local DESTDIR=
CONFIG  ?= release
PREFIX  ?= /usr/local
CC      ?= gcc
B       := build/$(CONFIG)
VERSION := 0.1

PKGS    := jansson yaml-0.1 expat libutf8proc sqlite3 zlib
WERROR  ?=
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wvla -Wmissing-prototypes $(WERROR)
DEFS    := -D_GNU_SOURCE -DMTBERT_VERSION='"$(VERSION)"'
# Products and sums are fused only where kernels ask for it, so that the same source gives the same bits with any compiler.
FP      := -ffp-contract=off -fno-math-errno -fopenmp-simd
HARD    := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIC -fvisibility=hidden
OPT_release := -O2 -g $(HARD)
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_coverage := -O0 -g --coverage
LD_coverage := --coverage
LD_asan := -fsanitize=address,undefined
LD_tsan := -fsanitize=thread
LD_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
CFLAGS  += -std=c17 $(WARN) $(DEFS) $(FP) $(OPT_$(CONFIG)) -Isrc $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDLIBS  += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -ldnnl -lgomp -lm -lpthread

# The kernels are compiled once a variant, under its prefix; the best is taken at run time. gemm*.c and cpu.c are built once.
CPU_ONCE := $(wildcard src/kernels/cpu/gemm*.c) src/kernels/cpu/cpu.c
CPU_SRC  := $(filter-out $(CPU_ONCE),$(wildcard src/kernels/cpu/*.c))
VARIANTS := portable avx2 avx512
ARCH_portable :=
ARCH_avx2   := -mavx2 -mfma -mf16c
ARCH_avx512 := -mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512
KERNEL_FLAGS := -O3 -ffp-contract=fast -fno-trapping-math

SRC     := $(filter-out src/kernels/cpu/%,$(wildcard src/*/*.c src/*/*/*.c)) $(filter $(CPU_ONCE),$(wildcard src/kernels/cpu/*.c))
MAIN    := src/verbs/main.c
OBJ     := $(patsubst src/%.c,$(B)/%.o,$(filter-out $(MAIN),$(SRC))) \
           $(foreach v,$(VARIANTS),$(patsubst src/kernels/cpu/%.c,$(B)/kernels/cpu/$(v)/%.o,$(CPU_SRC)))
TESTSRC := $(filter-out $(wildcard tests/fuzz/*.c tests/golden/*_driver.c),$(wildcard tests/*.c tests/*/*.c))
TESTOBJ := $(patsubst tests/%.c,$(B)/tests/%.o,$(TESTSRC))

.DELETE_ON_ERROR:
.PHONY: all test bench deps lint format format-check install clean fuzz
all: $(B)/mtbert

$(B)/mtbert: $(B)/verbs/main.o $(OBJ)
	@$(CC) $(LD_$(CONFIG)) -o $@ $^ $(LDLIBS) && echo "  built $@"
$(B)/test: $(TESTOBJ) $(OBJ)
	@$(CC) $(LD_$(CONFIG)) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/bench-ops: $(B)/bench/ops.o $(OBJ)
	@$(CC) $(LD_$(CONFIG)) -o $@ $^ $(LDLIBS)
bench: $(B)/bench-ops
	$(B)/bench-ops
test: $(B)/test $(B)/mtbert
	$(B)/test $(T)

# The public library: what applies a model, and nothing that trains one. It exports mtbert_ and nothing else.
LIBOBJ := $(filter-out $(foreach d,score train trials verbs,$(B)/$(d)/%),$(OBJ))
.PHONY: lib
lib: $(B)/libmtbert.so $(B)/libmtbert.a
$(B)/libmtbert.so: $(LIBOBJ)
	@$(CC) -shared -Wl,-z,defs,-z,relro,-z,now -Wl,-soname,libmtbert.so.0 -o $@ $^ -Wl,--as-needed $(LDLIBS)
	@! nm -D --defined-only $@ | grep -v ' mtbert_' && echo "  built $@"
$(B)/libmtbert.a: $(LIBOBJ)
	@$(LD) -r -o $(B)/libmtbert.o $^ && objcopy --localize-hidden $(B)/libmtbert.o
	@rm -f $@ && ar rcs $@ $(B)/libmtbert.o && echo "  built $@"

define variant
$(B)/kernels/cpu/$(1)/%.o: src/kernels/cpu/%.c
	@mkdir -p $$(@D)
	@echo "  CC $$< ($(1))" && $$(CC) $$(CFLAGS) $$(KERNEL_FLAGS) $$(ARCH_$(1)) -DVARIANT=$(1) -DVARIANT_$(1) -MMD -MP -c -o $$@ $$<
endef
$(foreach v,$(VARIANTS),$(eval $(call variant,$(v))))
$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	@echo "  CC $<" && $(CC) $(CFLAGS) -Wno-missing-prototypes -Itests -MMD -MP -c -o $@ $<
$(B)/verbs/version.o: DEFS += -DMTBERT_FLAGS='"$(strip $(FP) $(OPT_$(CONFIG)))"'
# What the Python of tests/golden talks to: tests/golden/NAME_driver.c becomes build/release/NAME_driver.
$(B)/%_driver: tests/golden/%_driver.c $(OBJ)
	@$(CC) $(CFLAGS) $(LD_$(CONFIG)) -o $@ $^ $(LDLIBS)
$(B)/bench/%.o: bench/%.c
	@mkdir -p $(@D)
	@echo "  CC $<" && $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  CC $<" && $(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# One libFuzzer program a reader, by clang: tests/fuzz/NAME.c becomes build/fuzz/NAME.
FUZZ := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
fuzz: $(FUZZ)
build/fuzz/%: tests/fuzz/%.c build/fuzz/obj/all.a
	clang -std=c17 $(DEFS) -O1 -g $(FUZZ_SAN) -fsanitize=fuzzer -Isrc -o $@ $< build/fuzz/obj/all.a $(LDLIBS)
FUZZ_SAN := -fsanitize=address,undefined -fno-sanitize-recover=all
.PHONY: build/fuzz/obj/all.a
build/fuzz/obj/all.a:
	@$(MAKE) -s CONFIG=fuzz CC=clang B=build/fuzz/obj OPT_fuzz="-O1 -g $(FUZZ_SAN) -fsanitize=fuzzer-no-link -Wno-pass-failed" build/fuzz/obj/lib.a
	@cmp -s build/fuzz/obj/lib.a $@ || cp build/fuzz/obj/lib.a $@
$(B)/lib.a: $(OBJ)
	@rm -f $@ && ar rcsD $@ $^

.PHONY: coverage
coverage:
	@$(MAKE) CONFIG=coverage build/coverage/test
	tools/coverage.sh

# The manual page is made from the tables of options and checked in; a test holds it against them.
.PHONY: docs/mtbert.1
docs/mtbert.1: $(B)/mtbert
	@mkdir -p docs
	$(B)/mtbert --manual > $@

deps:
	tools/install-packages

# clang-tidy looks at a file again when its object was built again: its source or a header of it has changed. `make -k -j2 lint` shows all complaints.
L ?= src/
LINTED := $(patsubst src/%.c,$(B)/lint/%.tidy,$(filter $(L)%,$(SRC) $(CPU_SRC)))
lint: $(LINTED)
	tools/check-layers.sh
	tools/check-tests.sh
$(B)/lint/%.tidy: src/%.c $(B)/%.o .clang-tidy
	@$(TIDY) $(DEFS) -Isrc >$@.log 2>&1 && mv $@.log $@ || { cat $@.log; false; }
$(B)/lint/kernels/cpu/%.tidy: src/kernels/cpu/%.c $(B)/kernels/cpu/avx2/%.o .clang-tidy
	@$(TIDY) $(DEFS) -Isrc $(ARCH_avx2) -DVARIANT=avx2 -DVARIANT_avx2 >$@.log 2>&1 && mv $@.log $@ || { cat $@.log; false; }
TIDY = mkdir -p $(@D) && echo "  TIDY $<" && clang-tidy --quiet $< -- -std=c17
format:
	clang-format -i $(shell git ls-files '*.c' '*.h')
format-check:
	@clang-format --dry-run --Werror $(shell git ls-files '*.c' '*.h')

D := $(DESTDIR)$(PREFIX)
install: $(B)/mtbert lib
	install -d $(D)/bin $(D)/lib/pkgconfig $(D)/include $(D)/share/man/man1
	install $(B)/mtbert $(D)/bin/mtbert
	install -m 644 docs/mtbert.1 $(D)/share/man/man1/mtbert.1
	install -m 644 src/use/mtbert.h $(D)/include/mtbert.h
	install -m 644 $(B)/libmtbert.a $(D)/lib/libmtbert.a
	install -m 644 $(B)/libmtbert.so $(D)/lib/libmtbert.so.0
	ln -sf libmtbert.so.0 $(D)/lib/libmtbert.so
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: mtbert' 'Description: one BERT with many heads, applied to text' 'Version: $(VERSION)' \
	    'Cflags: -I$${prefix}/include' 'Libs: -L$${prefix}/lib -lmtbert' 'Libs.private: $(LDLIBS)' > $(D)/lib/pkgconfig/mtbert.pc
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
