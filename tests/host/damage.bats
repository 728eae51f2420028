# SPDX-License-Identifier: GPL-2.0-or-later
#
# What cannot be read whole is not absent: each kind of damage to each file that the plan comes from, and to what the
# kernel says, is reported by name, ends nothing, and shows in the exit status.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert
load helper

nqn=nqn.2026-01.org.example:root
host='rd.nvmf.hostid=11111111-2222-3333-4444-555555555555'

# A host with one live discovery controller that we made, which discovery.conf names.
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p root/{dev,sys/module/nvme_tcp,sys/class/dmi/id,proc/self,run/nvmf-boot,run/nvme/registry/nvme0,etc/nvme/exclusions.conf.d}
    controller nvme0 10.0.0.1 nqn.unique:discovery
    echo discovery > root/sys/class/nvme/nvme0/cntrltype
    echo nvmf-boot > root/run/nvme/registry/nvme0/owner
    printf 'link 2 eth0 mtu 1500 up carrier\naddress 2 10.0.0.2/24\nroute 2 10.0.0.0/24\n' > root/run/rtnetlink
    good
}

# controller NAME ADDRESS NQN: a live one
controller() {
    local dir=root/sys/class/nvme/$1
    mkdir -p "$dir"
    echo tcp > "$dir/transport"
    echo "traddr=$2,trsvcid=8009" > "$dir/address"
    echo "$3" > "$dir/subsysnqn"
    echo live > "$dir/state"
}

# the sources, undamaged: by name, as in messages, and what is in them
declare -gA text_of=(
    ["/run/nvmf-boot/words"]="loader	quiet"
    ["/run/nvmf-boot/state"]='nvmf-boot state 2
path -1 1 tcp 10.0.0.1 8009 nqn.2014-08.org.nvmexpress.discovery - - 0 0 0 0 0 0 -1 1 0 0 0'
    ["/etc/nvme/discovery.conf"]='-t tcp -a 10.0.0.1'
    ["/etc/nvme/exclusions.conf"]='[exclusions]'
    ["/etc/nvme/exclusions.conf.d/a.conf"]='[exclusions]'
    ["/etc/nvme/hostnqn"]='nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555'
    ["/etc/nvme/hostid"]='11111111-2222-3333-4444-555555555555'
)

good() {
    local name
    for name in "${!text_of[@]}"; do
        rm -rf "root$name"
        printf '%s\n' "${text_of[$name]}" > "root$name"
    done
}

# ---- kinds of damage ----

# what a crash leaves of a file that was just written
nul() { printf '\0' >> "$1"; }
zeros() { head -c 100 /dev/zero > "$1"; }
dangling() { ln -sfn nowhere "$1"; }
circle() { ln -sfn "${1##*/}" "$1"; }
folder() { rm "$1" && mkdir "$1"; }
# comments, where there are any
too_long() { head -c 3000000 /dev/zero | tr '\0' '#' > "$1"; }
# of somebody else; the connector has no right to look into all files below
unreadable() { chown nobody "$1" && chmod 600 "$1"; }

# as root has it in a sandbox, or as a user who is not root
without_rights() { setpriv --bounding-set -dac_override,-dac_read_search "$@"; }

# damaged DAMAGE NAME
damaged() {
    echo "# $1 $2"
    good
    "$1" "root$2"
    run -1 --separate-stderr without_rights nvmf-boot connect --dry-run --root root
    refute_output --partial end
    assert_regex "$stderr" "nvmf-boot: $2: "
    run -1 --separate-stderr without_rights nvmf-boot status --root root
    assert_output --partial 'could not be read whole'
    refute_output --partial 'all wanted paths are live'
    assert_regex "$stderr" "nvmf-boot: $2: "
    run -1 --separate-stderr without_rights nvmf-boot status --json --root root
    assert_output --partial '"status":1,'
    assert_output --partial "\"where\":\"$2\""
}

@test "undamaged, all is well" {
    run -0 without_rights nvmf-boot connect --dry-run --root root
    run -0 without_rights nvmf-boot status --root root
    assert_output --partial live
}

@test "each kind of damage to each source is reported, ends nothing, and shows in the exit status" {
    local name damage
    # the files of the table of sources are among them
    for name in $(configuration_files); do assert [ -n "${text_of[$name]}" ]; done
    for name in "${!text_of[@]}"; do
        for damage in nul zeros dangling circle folder too_long unreadable; do
            damaged "$damage" "$name"
        done
    done
}

@test "a folder of sources that cannot be read is damaged, too" {
    rm -r root/etc/nvme/exclusions.conf.d
    : > root/etc/nvme/exclusions.conf.d
    run -1 --separate-stderr nvmf-boot connect --dry-run --root root
    assert_output --partial ''
    assert_regex "$stderr" '/etc/nvme/exclusions.conf.d: Not a directory'
}

@test "a symbolic link that leads nowhere is no absence, wherever on the way to a file it stands" {
    local folder
    for folder in etc/nvme etc/nvme/exclusions.conf.d run/nvmf-boot etc run; do
        echo "# $folder"
        cp -a root copy
        rm -r "copy/$folder"
        # what is not there asks for nothing; without the state nobody knows what a log page has named
        run nvmf-boot status --root copy
        assert [ "$status" == "$([[ $folder == run* ]] && echo 4 || echo 0)" ]
        ln -s nowhere "copy/$folder"
        run -1 --separate-stderr nvmf-boot connect --dry-run --root copy
        refute_output --partial end
        assert_regex "$stderr" "nvmf-boot: [^:]*/${folder}[^:]*: this file or a folder above it is a symbolic link that leads nowhere"
        run -1 nvmf-boot status --root copy
        refute_output --partial 'all wanted paths are live'
        rm -r copy
    done
}

@test "parameters of an origin that is not known are reported by their line, and end nothing" {
    printf '%s\n' 'initrd	rd.nvmf.discover=tcp,10.0.0.7' 'loader	quiet' 'damaged' > root/run/nvmf-boot/words
    for command in 'connect --dry-run' status want claim; do
        # shellcheck disable=SC2086 # words
        run -1 --separate-stderr nvmf-boot $command --root root
        refute_output --partial end
        assert_regex "$stderr" '/run/nvmf-boot/words:1: this line begins with no origin that nvmf-boot knows'
        assert_regex "$stderr" '/run/nvmf-boot/words:3: this line begins with no origin'
    done
}

# ignored LINES REASON: what is said of a state file of these lines; nothing is ended
ignored() {
    printf '%b' "$1" > root/run/nvmf-boot/state
    # another one than discovery.conf names: a log page may have named it
    echo '# none' > root/etc/nvme/discovery.conf
    run --separate-stderr nvmf-boot connect --dry-run --root root
    refute_output --partial end
    assert_equal "$stderr" "nvmf-boot: /run/nvmf-boot/state$2"
}

@test "a state file of which something cannot be used is told as what it is, and ends nothing" {
    local first='nvmf-boot state 2\n' path='path -1 1 tcp 10.0.0.9 8009 nqn.x:dc - - 0 0 0 0 0 0 -1 0 0 0 0\n'
    ignored '' ': this file is ignored: it is empty, and nvmf-boot writes no empty one'
    ignored 'x\n' ': this file is ignored: it is damaged, or nvmf-boot has not written it'
    ignored "$path" ': this file is ignored: it is damaged, or nvmf-boot has not written it'
    ignored 'nvmf-boot state 3\n' ': this file is ignored: another version of nvmf-boot wrote it'
    for line in x 'path' 'path -1 1 tcp' 'path -1 1 tcp 10.0.0.300 8009 nqn.x:dc - - 0 0 0 0 0 0 -1 0 0 0 0' 'cut 1' 'cut -1' 'empty 1' 'looked x' 'rxe x'; do
        ignored "$first$path$line\n" ':3: this line is damaged and ignored'
    done
}

@test "a line that is too long is reported by its number, ends nothing, and the other lines count" {
    local long
    long=$(head -c 5000 /dev/zero | tr '\0' 1)
    for name in discovery.conf exclusions.conf; do
        good
        sed -i "1i #$long" "root/etc/nvme/$name"
        run -1 --separate-stderr nvmf-boot connect --dry-run --root root
        refute_output --partial end
        assert_regex "$stderr" "/etc/nvme/$name:1: a line of more than [0-9]+ bytes"
    done
    good
    printf -- '#%s\n-t tcp -a 10.0.0.3\n' "$long" > root/etc/nvme/discovery.conf
    run -1 nvmf-boot check root/etc/nvme/discovery.conf
    assert_output --partial 'discover tcp 10.0.0.3:8009'
}

@test "no parameter and no line of parameters is too long to be read or left to others" {
    local long
    long=$(head -c 100000 /dev/zero | tr '\0' 1)
    printf 'loader\ta=%s "b=c d" e=f"g h" %s rd.nvmf.connect=tcp,10.0.0.1,%s\n' "$long" "$host" "$nqn" > root/run/nvmf-boot/words
    run -0 nvmf-boot connect --dry-run --root root
    assert_output --partial "nqn=$nqn,transport=tcp,traddr=10.0.0.1"
    run -0 nvmf-boot claim --root root
    assert_output "a=$long \"b=c d\" e=f\"g h\" $host rd.nvmf.connect=tcp,10.0.0.1,$nqn "
}

@test "an unclosed quote at the end of a line swallows nothing of the lines behind it" {
    printf '%s\n' 'image	a="b c' 'etc	"d' "loader	root=/dev/x $host" > root/run/nvmf-boot/words
    run -0 nvmf-boot claim --root root
    assert_output "a=\"b c\" \"d\" root=/dev/x $host "
}

@test "a line of the boot loader of as many bytes as the kernel keeps is reported as cut" {
    local line="$host rd.nvmf.connect=tcp,10.0.0.1,$nqn " fill
    for length in 2047 4095; do
        fill=$(head -c $((length - ${#line})) /dev/zero | tr '\0' 1)
        printf 'loader\t%s\n' "$line$fill" > root/run/nvmf-boot/words
        run -1 --separate-stderr nvmf-boot connect --dry-run --root root
        assert_output --partial "nqn=$nqn"
        assert_regex "$stderr" 'command line \(boot loader\): .* probably cut'
        printf 'image\t%s\n' "$line$fill" > root/run/nvmf-boot/words
        run -0 nvmf-boot connect --dry-run --root root
    done
}

# ---- the name of this host ----

wish() { printf 'loader\trd.nvmf.connect=tcp,10.0.0.1,%s,4420 %s\n' "$nqn" "$1" > root/run/nvmf-boot/words; }

@test "while the name of this host cannot be read, no other is used in its place, and paths wait" {
    wish ''
    echo 99999999-2222-3333-4444-555555555555 > root/sys/class/dmi/id/product_uuid
    for name in hostnqn hostid; do
        for damage in nul folder too_long unreadable; do
            echo "# $damage $name"
            good
            wish ''
            "$damage" "root/etc/nvme/$name"
            run -1 --separate-stderr without_rights nvmf-boot connect --dry-run --root root
            refute_output --partial connect
            assert_regex "$stderr" "nvmf-boot: /etc/nvme/$name: "
            run -1 without_rights nvmf-boot status --root root
            assert_output --partial 'the name of this host cannot be read'
            # unless the command line says it
            wish "$host"
            run -1 --separate-stderr without_rights nvmf-boot connect --dry-run --root root
            assert_output --partial 'hostid=11111111-2222-3333-4444-555555555555'
        done
    done
}

@test "a name of this host that is none is as one that cannot be read" {
    for name in hostnqn hostid; do
        good
        wish ''
        printf 'nonsense of %s\n' "$name" > "root/etc/nvme/$name"
        run -1 --separate-stderr nvmf-boot connect --dry-run --root root
        refute_output --partial connect
        assert_regex "$stderr" "nvmf-boot: /etc/nvme/$name: an? (NQN|host ID) "
        wish "$host"
        run -0 --separate-stderr nvmf-boot connect --dry-run --root root
        assert_output --partial 'hostid=11111111-2222-3333-4444-555555555555'
        assert_regex "$stderr" "nvmf-boot: /etc/nvme/$name: "
    done
}

@test "only the first line of a name of this host counts, as for nvme-cli" {
    wish ''
    printf '%s\n# mine\n' "${text_of["/etc/nvme/hostnqn"]}" > root/etc/nvme/hostnqn
    run -0 --separate-stderr nvmf-boot connect --dry-run --root root
    assert_output --partial "hostnqn=${text_of["/etc/nvme/hostnqn"]},hostid=${text_of["/etc/nvme/hostid"]}"
    assert_equal "$stderr" 'nvmf-boot: /etc/nvme/hostnqn: only the first line of this file counts'
}

@test "blanks behind the name of this host are no part of it, and an empty file is as none" {
    wish ''
    printf '%s%600s\n\n' "${text_of["/etc/nvme/hostnqn"]}" '' > root/etc/nvme/hostnqn
    : > root/etc/nvme/hostid
    run -0 nvmf-boot connect --dry-run --root root
    assert_output --partial "hostnqn=${text_of["/etc/nvme/hostnqn"]},hostid=${text_of["/etc/nvme/hostid"]}"
}

@test "a UUID of the firmware that may not be read is not absent" {
    wish ''
    rm root/etc/nvme/host*
    echo 99999999-2222-3333-4444-555555555555 > root/sys/class/dmi/id/product_uuid
    run -0 without_rights nvmf-boot connect --dry-run --root root
    assert_output --partial 'hostid=99999999-2222-3333-4444-555555555555'
    unreadable root/sys/class/dmi/id/product_uuid
    run -1 without_rights nvmf-boot status --root root
    assert_output --partial "/sys/class/dmi/id/product_uuid: nvmf-boot may not read this file: run it as root"
    refute_output --partial 'another name after each boot'
}

# ---- the kernel ----

@test "a host with more controllers than are looked at is reported, and nothing is connected twice or ended" {
    wish "$host"
    (
        cd root/sys/class/nvme || exit
        printf 'nvme%d\n' {1..16384} | xargs mkdir
        printf 'nvme%d/transport\n' {1..16384} | xargs -n 500 sh -c 'echo tcp | tee "$@" > /dev/null' -
    )
    run -1 --separate-stderr nvmf-boot connect --dry-run --root root
    assert_output ''
    assert_equal "$stderr" 'nvmf-boot: what the kernel says: this host has more than 16384 controllers on fabrics, and nvmf-boot looks at no more'
}

@test "claim reports what it could not see, exits with 1, and prints the parameters of others all the same" {
    wish "$host ip=10.0.0.2:::24::eth0:none quiet"
    run -0 nvmf-boot claim --root root
    seq 1 16500 | sed 's/.*/link & l& mtu 1500 up carrier/' > root/run/rtnetlink
    run -1 --separate-stderr nvmf-boot claim --root root
    assert_output "rd.nvmf.connect=tcp,10.0.0.1,$nqn,4420 $host quiet "
    assert_regex "$stderr" 'what the kernel says: this host has more than 16384 interfaces'
    # of a source, too
    good
    wish "$host ip=10.0.0.2:::24::eth0:none quiet"
    nul root/etc/nvme/discovery.conf
    run -1 --separate-stderr nvmf-boot claim --root root
    assert_output "rd.nvmf.connect=tcp,10.0.0.1,$nqn,4420 $host quiet "
    assert_regex "$stderr" 'nvmf-boot: /etc/nvme/discovery.conf: '
}

@test "an answer of the kernel that is interrupted is asked for again, and if that does not help, reported; no step comes of it" {
    rm -r root/run/rtnetlink root/run/nvme root/etc/nvme/discovery.conf
    wish "$host ip=10.0.0.2:::24::p0:none"
    # shellcheck disable=SC2016 # expanded in the namespace
    run -0 unshare --net bash -euc '
        ip link add p0 type veth peer name p1
        ip addr add 10.0.0.2/24 dev p0
        ip link set p0 up
        ip link set p1 up
        interrupted 0 root
        interrupted 9 root
        interrupted 10 root'
    assert_line --index 0 --partial 'connect nqn='
    assert_line --index 1 'verdict 4'
    assert_line --index 2 "${lines[0]}"
    assert_line --index 3 'verdict 4'
    assert_line --partial 'what the kernel says: addresses changed while nvmf-boot read them, 10 times in a row: some may be missing'
    assert_line --index $((${#lines[@]} - 1)) 'verdict 1'
    refute_output --partial 'add address'
}
