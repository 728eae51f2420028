# SPDX-License-Identifier: GPL-2.0-or-later
#
# A secret that stands where it does not belong is in no output: at the place of each option of a line of discovery.conf
# and of each parameter, alone, behind a letter, behind a name, and in each field of a value.

# shellcheck disable=SC2030,SC2031 # each test is a subshell
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
    # some are mistyped, and some have lost their mark
    for mark in DHHC-1:00 dhhc-1:00 NVMeTLSkey-1:01 DHHC1:00 DHHC-1-00 DHCH-1:00 NVMeTLSkey x; do
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
    done | grep -vE -- '--(nqn|hostnqn)=?.*x:|-[nq] ?x:' > lines # these are names: what is connected is shown
    # a file of few lines each: complaints beyond the limit would not be seen
    split --lines=100 lines part.
    for part in part.*; do
        cp "$part" root/etc/nvme/discovery.conf
        run -0 outputs
        refute_output --partial "$key"
        assert_output --partial 'discovery.conf:1'
    done
}

@test "a secret that was broken into lines is not printed, however short its rest is" {
    local option
    for option in --dhchap-secret= '--dhchap-secret ' -S '-S ' -C --dhchap-ctrl-secret= --dhchap-secrt= --tls-key= --host-traddr=DHHC1:00:; do
        printf -- '-t tcp -a 1.1.1.1 %sDHHC-1:00:QUJD\n  REVGR0hJSktM \n\nTU5P=:\n' "$option" > root/etc/nvme/discovery.conf
        run -0 outputs
        refute_output --partial REVG
        refute_output --partial TU5P
        assert_output --partial 'discovery.conf:4:1'
        printf -- '-t tcp -a 1.1.1.1 %s QUJD REVGR0hJSktM TU5P=:\n' "$option" > root/etc/nvme/discovery.conf
        run -0 outputs
        refute_output --partial REVG
        refute_output --partial TU5P
    done
}

@test "a unit that was made by hand is compared without the keys in it" {
    local unit=systemd/system/nvme_fabrics_persistent.service line
    mkdir -p "root/etc/${unit%/*}" "root/usr/lib/${unit%/*}"
    echo 'ExecStart=/usr/sbin/nvmf-boot' > "root/usr/lib/$unit"
    for line in "--dhchap-secret=DHHC-1:00:$key=:" "--dhchap-secret $key" "-S $key" "-S$key" "-C $key" "--tls_key=$key" "$key" \
        "\\
    -S $key=: \\
    --dhchap-secret=$key \\
$key=$key"; do
        printf '[Service]\nExecStart=/usr/sbin/nvme connect-all %s\nUser=nobody\n' "$line" > "root/etc/$unit"
        run -0 outputs
        assert_output --partial 'this unit was made by hand'
        assert_output --partial 'User=nobody (ours: not set)'
        refute_output --partial "$key"
    done
}

@test "long names of subsystems are not taken for secrets" {
    local name
    for name in nqn.1988-11.com.dell:powerstore:00:2f7c5e5e0a7dC3D5B8E2aBcDef0123 nqn.1992-08.com.netapp:sn.d646dc63336511e995cb00a0988fb732:subsystem.One \
        nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555; do
        printf 'rd.nvmf.connect=tcp,10.0.0.1,%s,99999 rd.nvmf.connect=tcp,10.0.0.1,%s"x\n' "$name" "$name" > parameters
        run -2 nvmf-boot check --cmdline=parameters
        assert_output --partial "'$name\"x'"
    done
}

@test "a secret at the place of any parameter or field is never printed" {
    local secret parameter
    for secret in DHHC-1:00:$key=: DHHC1:00:$key=: NVMeTLSkey:$key=:; do parameters_with; done > lines
    while read -r line; do
        printf '%s\n' "$line" > parameters
        printf 'loader\t%s\n' "$line" > root/run/nvmf-boot/words
        run -0 outputs
        refute_output --partial "$key"
    done < lines
}

# parameters_with: lines of parameters with the $secret at each place
parameters_with() {
    for parameter in rd.nvmf.{connect,discover,hostnqn,hostid,rxe,timeout,delayed-removal,on-root-loss,root-sources,keeper,nostatic,nonbft} \
        rd.nvmf.{nr-io-queues,queue-size,keep-alive-tmo,reconnect-delay,ctrl-loss-tmo,fast-io-fail-tmo,tos,hdr-digest} \
        rd.nvmf.{data-digest,disable-sqflow,dhchap-secret,nonsense} nvmf.{hostnqn,hostid,discover} rd.nonvmf ip vlan \
        rd.route ifname bond team bridge; do
        echo "$parameter=$secret"
        echo "$parameter=\"$secret\""
    done
    {
        for i in {0..7}; do
            printf 'rd.nvmf.connect=%s\n' "$(field "$i" , tcp 1.1.1.1 nqn.x:y 4420 1.1.1.2 eth0)"
            printf 'rd.nvmf.discover=%s\n' "$(field "$i" , tcp 1.1.1.1 1.1.1.2 4420)"
            printf 'ip=%s\n' "$(field "$i" : 10.0.0.2 '' 10.0.0.1 24 host eth0 none)"
            printf 'ip=%s:dhcp\n' "$secret"
            printf 'rd.route=%s\n' "$(field "$i" : 10.1.0.0/16 10.0.0.1 eth0)"
        done
        echo "rd.nvmf.$secret" "$secret=1"
    }
}

# field N SEPARATOR FIELD...: the fields, joined, with the secret in place of the N-th
field() {
    local n=$1 separator=$2 fields joined
    fields=("${@:3}")
    fields[n]=$secret
    printf -v joined "%s$separator" "${fields[@]}"
    echo "${joined%"$separator"}"
}

@test "only one file looks into a secret" {
    run -0 grep -rlE 'secret(\[[^]]*\])?(->|\.)key' "$BATS_TEST_DIRNAME/../../src"
    assert_output "$BATS_TEST_DIRNAME/../../src/plan/secret.c"
}
