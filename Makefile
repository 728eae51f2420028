# SPDX-License-Identifier: GPL-2.0-or-later
#
# make help      what there is to make
# Knobs, on the command line: SAN=1 (sanitizers), DESTDIR=, CC=, CFLAGS=, V=1; the units expect /usr/sbin

VERSION := 0.1.0

prefix ?= /usr
sbindir ?= $(prefix)/sbin
mandir ?= $(prefix)/share/man
pkg_dir = $(or $(shell pkg-config --variable=$(2) $(1) 2>/dev/null),$(3))
bashdir ?= $(call pkg_dir,bash-completion,completionsdir,$(prefix)/share/bash-completion/completions)
# Debian's zsh looks for files of packages in a folder of its own
zshdir ?= $(firstword $(wildcard $(prefix)/share/zsh/vendor-completions) $(prefix)/share/zsh/site-functions)
unitdir ?= $(call pkg_dir,systemd,systemd_system_unit_dir,/usr/lib/systemd/system)
rulesdir ?= $(call pkg_dir,udev,udevdir,/usr/lib/udev)/rules.d
dracutmodulesdir ?= $(call pkg_dir,dracut,dracutmodulesdir,/usr/lib/dracut/modules.d)
dracutconfdir ?= $(call pkg_dir,dracut,dracutconfdir,/usr/lib/dracut/dracut.conf.d)

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wno-format-truncation
HARDENING := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LIBRARIES := libmnl libkmod libnvme json-c
BUILD := build$(if $(SAN),-san)
ifdef SAN
HARDENING := -fPIE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif
# asked once, and not before something is compiled: `make check` installs pkg-config
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES)))$(LIBRARY_CFLAGS)
LIBRARY_LIBS = $(eval LIBRARY_LIBS := $(shell pkg-config --libs $(LIBRARIES)))$(LIBRARY_LIBS)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Isrc -DVERSION='"$(VERSION)"' $(WARNINGS) $(HARDENING) \
	$(LIBRARY_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(LDFLAGS)
Q := $(if $(V),,@)

# the floors of the house, see docs/design.md
FLOORS := base plan sources kernel decide state act run
# what the keeper is made of, and does without: its memory is locked, so neither libnvme nor libkmod nor json-c is in it
SHARED := $(wildcard $(FLOORS:%=src/%/*.c))
KEEPER_ALONE := $(wildcard src/run/keeper/*.c)
CONNECTOR_ALONE := $(wildcard src/act/library/*.c src/host/*.c src/show/*.c src/show/json/*.c src/run/connector/*.c)
SOURCES := $(SHARED) $(CONNECTOR_ALONE)
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o)
KEEPER_OBJECTS := $(patsubst src/%.c,$(BUILD)/%.o,$(SHARED) $(KEEPER_ALONE))
MAN := $(patsubst man/%.scd,$(BUILD)/%,$(wildcard man/*.scd))
COMPLETIONS := $(patsubst %,$(BUILD)/%,$(wildcard completions/nvmf-boot.*))

.DELETE_ON_ERROR:
.PHONY: all
all: $(BUILD)/nvmf-boot $(BUILD)/nvmf-boot-keeper $(MAN) $(COMPLETIONS) ## build the programs, man pages and completions

$(BUILD)/nvmf-boot: $(OBJECTS)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

$(BUILD)/nvmf-boot-keeper: $(KEEPER_OBJECTS)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(shell pkg-config --libs libmnl)

$(BUILD)/%.o: src/%.c Makefile
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%: man/%.scd | $(BUILD)
	$(Q)scdoc < $< > $@

$(BUILD)/completions/%: completions/% completions/fill.awk $(BUILD)/nvmf-boot
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/nvmf-boot --help | awk -f completions/fill.awk - $< > $@

$(BUILD):
	$(Q)mkdir -p $@

-include $(OBJECTS:.o=.d) $(KEEPER_ALONE:src/%.c=$(BUILD)/%.d)

# ---- tests ----

TOOLS := $(addprefix $(BUILD)/,confine disks interrupted log-page messages witness)
$(TOOLS): $(BUILD)/%: tests/host/%.c $(filter-out $(BUILD)/run/connector/main.o,$(OBJECTS))
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

# libFuzzer is clang's
FUZZERS := $(patsubst tests/fuzz/%.c,build-fuzz/%,$(wildcard tests/fuzz/*.c))
build-fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h tests/fuzz/inventory.files $(filter-out src/run/connector/main.c,$(SOURCES)) Makefile
	$(Q)mkdir -p build-fuzz
	$(Q)clang -std=c11 -D_GNU_SOURCE -Isrc -DVERSION='"$(VERSION)"' -O1 -g -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined $(LIBRARY_CFLAGS) -o $@ $(filter %.c,$^) $(LIBRARY_LIBS)

.PHONY: fuzz
fuzz: ## feed the parsers with random input for FUZZ_SECONDS (60)
	$(Q)tests/need build fuzz
	$(Q)$(MAKE) --no-print-directory $(FUZZERS)
	$(Q)tests/fuzz/run $(or $(FUZZ_SECONDS),60)

.PHONY: bench
bench: ## measure against nvme-cli and stock dracut; writes build/bench/
	$(Q)tests/need build vm
	$(Q)tests/bench/run

.PHONY: soak
soak: ## N faults by chance (100, SEED=...) on a host with root on two paths
	$(Q)tests/need build vm
	$(Q)tests/vm/soak $(or $(N),100) $(SEED)

.PHONY: tests
tests: all $(TOOLS) ## build all that the tests without guests need

.PHONY: check
check: ## install what the tests need and run all of them (VM_SUITE=debian12, debian13, testing)
	$(Q)tests/need build host lint fuzz packages vm
	$(Q)$(MAKE) --no-print-directory -j $(shell nproc) tests $(FUZZERS)
	$(Q)$(MAKE) --no-print-directory -j $(shell nproc) tests SAN=1
	$(Q)tests/check

.PHONY: check-fast
check-fast: ## the same without guests
	$(Q)tests/need build host lint
	$(Q)$(MAKE) --no-print-directory -j $(shell nproc) tests
	$(Q)$(MAKE) --no-print-directory -j $(shell nproc) tests SAN=1
	$(Q)tests/check fast

export VM_SUITE SUITE TEST KEEP
.PHONY: check-vm
check-vm: ## the suites with guests; SUITE=words for one, TEST='IPv6*' for some of its tests, KEEP=1 for a prompt then
	$(Q)tests/need build vm
	$(Q)$(MAKE) --no-print-directory tests
	$(Q)tests/check vm

.PHONY: lint
lint: ## clang-format, cppcheck, shellcheck, shfmt, codespell
	$(Q)tests/need lint
	$(Q)tests/lint

.PHONY: demo
demo: ## boot a guest whose root is on an RDMA target, break one path, then both, see them heal
	$(Q)tests/need build vm
	$(Q)tests/vm/demo

.PHONY: demo-shell
demo-shell: ## the same guest, and its prompt for you
	$(Q)tests/need build vm
	$(Q)tests/vm/demo shell

# ---- install ----

UNITS := nvme_fabrics_persistent.service nvme_fabrics_persistent.timer nvme_fabrics_persistent.path \
	nvme_fabrics_persistent_conf.path nvme_fabrics_persistent_conf.service nvme_fabrics_persistent_folder.path
MODULE := $(DESTDIR)$(dracutmodulesdir)/50nvmf-boot

.PHONY: install
install: all ## install below DESTDIR
	install -D -m 755 -t $(DESTDIR)$(sbindir) $(BUILD)/nvmf-boot $(BUILD)/nvmf-boot-keeper
	install -D -m 755 -t $(MODULE) modules.d/50nvmf-boot/module-setup.sh
	install -m 755 -t $(MODULE) hooks/*.sh
	install -m 644 -t $(MODULE) conf/nvmf-boot-initrd.service conf/nvmf-boot-keeper.service conf/dracut-initqueue.conf conf/rdma.rules
	install -D -m 644 conf/dracut.conf $(DESTDIR)$(dracutconfdir)/50-nvmf-boot.conf
	install -D -m 644 -t $(DESTDIR)$(unitdir) $(UNITS:%=conf/%)
	install -D -m 644 -t $(DESTDIR)$(rulesdir) conf/65-nvmf-boot.rules
	$(foreach page,$(notdir $(MAN)),install -D -m 644 -t $(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(page))) $(BUILD)/$(page);)
	ln -sf nvmf-boot.8 $(DESTDIR)$(mandir)/man8/nvmf-boot-keeper.8
	install -D -m 644 $(BUILD)/completions/nvmf-boot.bash $(DESTDIR)$(bashdir)/nvmf-boot
	install -D -m 644 $(BUILD)/completions/nvmf-boot.zsh $(DESTDIR)$(zshdir)/_nvmf-boot

.PHONY: uninstall
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(sbindir)/nvmf-boot $(DESTDIR)$(sbindir)/nvmf-boot-keeper $(DESTDIR)$(dracutconfdir)/50-nvmf-boot.conf
	rm -f $(UNITS:%=$(DESTDIR)$(unitdir)/%) $(DESTDIR)$(rulesdir)/65-nvmf-boot.rules
	rm -f $(foreach page,$(notdir $(MAN)),$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(page)))/$(page))
	rm -f $(DESTDIR)$(mandir)/man8/nvmf-boot-keeper.8
	rm -f $(DESTDIR)$(bashdir)/nvmf-boot $(DESTDIR)$(zshdir)/_nvmf-boot
	rm -rf $(MODULE)

.PHONY: clean
clean: ## remove what was built, images included
	rm -rf build build-san build-fuzz

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
