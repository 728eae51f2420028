# SPDX-License-Identifier: GPL-2.0-or-later
#
# A secret that stands where it does not belong is in no output: at the place of each option of a line of discovery.conf
# and of each parameter, alone, behind a letter, behind a name, and in each field of a value.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

# the key is what must not be seen, with its mark or without
key=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo
case=$BATS_TEST_DIRNAME/../cases/nothing-to-do-when-the-path-is-live

# outputs: what all commands print for the sources below ./root
outputs() {
    nvmf-boot check root/etc/nvme/discovery.conf
    nvmf-boot check --cmdline=parameters
    for command in status 'status --json' 'connect --dry-run'; do
        # shellcheck disable=SC2086 # words
        nvmf-boot $command --root=root < /dev/null
    done
    true
}

setup() {
    cp -a "$case/root" "$BATS_TEST_TMPDIR/root"
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p root/etc/nvme root/run/nvmf-boot
    : > parameters
    : > root/etc/nvme/discovery.conf
}

@test "a secret at the place of any option of discovery.conf is never printed" {
    local mark option letter
    for mark in DHHC-1:00 dhhc-1:00 NVMeTLSkey-1:01; do
        for option in transport traddr trsvcid nqn host-traddr host-iface hostnqn hostid persistent raw output-format \
            nr-io-queues queue-size keep-alive-tmo reconnect-delay ctrl-loss-tmo fast_io_fail_tmo tos hdr-digest \
            dhchap-secret dhchap-ctrl-secret dhchap_secret keyring tls-key tls concat nonsense; do
            printf -- '-t tcp -a 1.1.1.1 --%s=%s\n' "$option" "$mark:$key=:"
            printf -- '-t tcp -a 1.1.1.1 --%s %s\n' "$option" "$mark:$key=:"
            printf -- '--%s=x%s -t tcp -a 1.1.1.1\n' "$option" "$mark:$key=:"
        done
        for letter in {a..z} {A..Z}; do
            printf -- '-t tcp -a 1.1.1.1 -%s%s\n' "$letter" "$mark:$key=:"
            printf -- '-t tcp -a 1.1.1.1 -%s %s\n' "$letter" "$mark:$key=:"
        done
        printf -- '-t tcp -a 1.1.1.1 %s\n--%s\n-t tcp -a 1.1.1.1 -s 99999 -S %s\n' "$mark:$key=:" "$mark:$key=:" "$mark:$key=:"
    done > lines
    # a file of few lines each: complaints beyond the limit would not be seen
    split --lines=100 lines part.
    for part in part.*; do
        cp "$part" root/etc/nvme/discovery.conf
        run -0 outputs
        refute_output --partial "$key"
        assert_output --partial 'discovery.conf:1'
    done
}

@test "a secret at the place of any parameter or field is never printed" {
    local secret=DHHC-1:00:$key=: parameter
    for parameter in rd.nvmf.{connect,discover,hostnqn,hostid,rxe,timeout,delayed-removal,on-root-loss,keeper,nostatic,nonbft} \
        rd.nvmf.{nr-io-queues,queue-size,keep-alive-tmo,reconnect-delay,ctrl-loss-tmo,fast-io-fail-tmo,tos,hdr-digest} \
        rd.nvmf.{data-digest,disable-sqflow,dhchap-secret,nonsense} nvmf.{hostnqn,hostid,discover} rd.nonvmf ip vlan \
        rd.route ifname bond team bridge; do
        echo "$parameter=$secret"
        echo "$parameter=\"$secret\""
    done > lines
    {
        for i in {0..7}; do
            printf 'rd.nvmf.connect=%s\n' "$(field "$i" , tcp 1.1.1.1 nqn.x:y 4420 1.1.1.2 eth0)"
            printf 'rd.nvmf.discover=%s\n' "$(field "$i" , tcp 1.1.1.1 1.1.1.2 4420)"
            printf 'ip=%s\n' "$(field "$i" : 10.0.0.2 '' 10.0.0.1 24 host eth0 none)"
            printf 'ip=%s:dhcp\n' "$secret"
            printf 'rd.route=%s\n' "$(field "$i" : 10.1.0.0/16 10.0.0.1 eth0)"
        done
        echo "rd.nvmf.$secret" "$secret=1"
    } >> lines
    while read -r line; do
        printf '%s\n' "$line" > parameters
        printf 'loader\t%s\n' "$line" > root/run/nvmf-boot/words
        run -0 outputs
        refute_output --partial "$key"
    done < lines
}

# field N SEPARATOR FIELD...: the fields, joined, with the secret in place of the N-th
field() {
    local n=$1 separator=$2 fields joined
    fields=("${@:3}")
    fields[n]=DHHC-1:00:$key=:
    printf -v joined "%s$separator" "${fields[@]}"
    echo "${joined%"$separator"}"
}

@test "only one file looks into a secret" {
    run -0 grep -rlE 'secret(\[[^]]*\])?(->|\.)key' "$BATS_TEST_DIRNAME/../../src"
    assert_output "$BATS_TEST_DIRNAME/../../src/plan/secret.c"
}
