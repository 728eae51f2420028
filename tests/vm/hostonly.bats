# SPDX-License-Identifier: GPL-2.0-or-later
# bats file_tags=vm
#
# shellcheck disable=SC2016,SC2030,SC2031 # what is expanded in the guest stands in single quotes
# Images that describe the host they are made on, and the package under a root on the fabric.
# The tests of an image that boots need those in which it, or what it says, is made: TEST='*hostonly image*', TEST='*LUKS*'.

# shellcheck source=tests/vm/suite.bash
source "${BATS_TEST_DIRNAME}/suite.bash"
# shellcheck source=tests/vm/faults.bash
source "${BATS_TEST_DIRNAME}/faults.bash"
# shellcheck source=tests/vm/chroot.bash
source "${BATS_TEST_DIRNAME}/chroot.bash"

# what the host is booted with by hand, once: an MTU and an option are not the default, and a disk is no part of root
setup_file() {
    rig_begin_with_target
    initiator_start lean "${one_path[@]}" rd.nvmf.ctrl-loss-tmo=1800 "rd.nvmf.connect=rdma,10.0.0.1,$nqn:data1" "rd.nvmf.connect=rdma,10.0.1.1,$nqn:data2" \
        "rd.nvmf.rxe=$nic1" "ip=10.0.1.2:::24::$nic1:none:1400" "rd.nvmf.connect=rdma,10.0.1.1,$nqn:root"
    wait_console initiator 'MARK shell'
}

# assert_words TEXT WORDS: those, in any order since controllers are numbered as they come, and an identity
assert_words() {
    assert_equal "$(tr ' ' '\n' <<< "$1" | grep -v '^rd.nvmf.host' | sort)" "$(tr ' ' '\n' <<< "$2" | sort)"
    assert_regex "$1" '^rd\.nvmf\.hostnqn=nqn[^ ]* rd\.nvmf\.hostid=[-0-9a-f]* '
}

words_of_root="rd.nvmf.ctrl-loss-tmo=1800 rd.nvmf.connect=rdma,10.0.0.1,$nqn:root,4420 ip=10.0.0.2:::24::$nic0:none rd.nvmf.rxe=$nic0 rd.nvmf.connect=rdma,10.0.1.1,$nqn:root,4420 ip=10.0.1.2:::24::$nic1:none:1400 rd.nvmf.rxe=$nic1"
words_of_both=${words_of_root/:root/:data1}
words_of_both=${words_of_both/:root/:data2}

@test "a host on the fabric makes a hostonly image of itself, which has its words and its drivers without a warning" {
    all_live
    run -0 on initiator 'nvmf-boot cmdline'
    assert_words "$output" "$words_of_root"
    # what a guest without an accelerator need not look through
    run -0 on initiator 'dracut -f --hostonly --no-compress --omit "kernel-modules kernel-modules-extra ifcfg qemu qemu-net overlay-root virtiofs terminfo" \
        --add-drivers ext4 /root/host.img 2>&1' 900
    refute_output --partial 'nvmf-boot:'
    run -0 on initiator 'lsinitrd /root/host.img > $TMPDIR/list; grep -oE "[a-z0-9_-]*[.]ko$" $TMPDIR/list; lsinitrd /root/host.img -f etc/cmdline.d/55-nvmf-boot-host.conf | grep -xF "$(nvmf-boot cmdline)"' 600
    for module in nvme-rdma nvme-fabrics virtio_net virtio_pci rdma_rxe rdma_ucm ext4; do
        assert_line "$module.ko"
    done
    # adapters of other hosts are left out
    refute_line mlx5_core.ko
    # out of the guest by way of a disk
    on initiator 'd=$(grep -lx '"$nqn"':data1 /sys/block/nvme[0-9]n1/device/subsysnqn | cut -d/ -f4); wc -c < /root/host.img; dd if=/root/host.img of=/dev/$d bs=1M conv=fsync 2> /dev/null' > "$rig_dir/size"
    head -c "$(head -n 1 "$rig_dir/size")" "$rig_dir/data1.raw" > "$rig_dir/initrd-host.img"
}

@test "seen from a root on LVM on LUKS over two subsystems, what this host needs are both" {
    on initiator 'cd /run/rig/tmp && head -c 64 /dev/zero | tr "\0" k > key && mkdir mnt
        for n in 1 2; do
            d=/dev/$(grep -lx '"$nqn"':data$n /sys/block/nvme[0-9]n1/device/subsysnqn | cut -d/ -f4)
            cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --uuid 20000000-0000-4000-8000-00000000000$n $d key
            cryptsetup open --key-file key $d luks$n || exit
        done
        vgcreate -q fabric /dev/mapper/luks1 /dev/mapper/luks2 && lvcreate -q -y -i 2 -l 100%FREE -n root fabric && /sbin/mke2fs -q -t ext4 /dev/fabric/root && mount /dev/fabric/root mnt && cd mnt || exit
        mkdir -p bin sbin etc proc sys dev run tmp rig usr/sbin
        cp /rig/busybox bin/busybox && ln -s busybox bin/sh && cp /rig/agent rig/ && cp /etc/os-release etc/
        for f in /usr/sbin/nvmf-boot $(ldd /usr/sbin/nvmf-boot | grep -o "/[^ ]*"); do mkdir -p .${f%/*}; cp $f .$f; done
        printf "#!/bin/sh\n/bin/busybox --install -s /bin\nmount -t tmpfs tmpfs /tmp\nexec sh /rig/agent /dev/hvc0 shell\n" > sbin/init; chmod 755 sbin/init
        for d in proc sys dev run; do mount --rbind /$d $d && mount --make-rslave $d || exit; done' 600
    run -0 on initiator 'cd /run/rig/tmp/mnt && chroot . /usr/sbin/nvmf-boot cmdline'
    assert_words "$output" "$words_of_both"
    echo "$output" > "$rig_dir/luks-words"
    on initiator 'cd /run/rig/tmp; umount -l mnt/*/ 2> /dev/null; umount -l mnt; sync'
}

@test "the hostonly image boots the host with nothing but root=, and says the same of itself" {
    initiator_boot host
    run -0 wait_console initiator 'MARK shell'
    all_live
    assert_output --partial 'command line (image)'
    run -0 on initiator 'nvmf-boot cmdline'
    assert_words "$output" "$words_of_root"
}

@test "upgrading, removing and installing the package leaves root's associations alone" {
    all_live
    writer_start
    on initiator 'cat /sys/class/nvme/*/cntlid > $TMPDIR/before'
    # not busybox's tools for the package's scripts, nor its dpkg, which its shell prefers to any path; INITRD=No: dracut is asked
    # to make images, and does not
    local path='PATH=/usr/sbin:/usr/bin:/sbin:/bin INITRD=No'
    run -0 on initiator "export $path"'; /usr/bin/dpkg -i /rig/newer.deb 2>&1; dpkg-query -W -f "\${Version}\n" nvmf-boot; systemctl is-active nvme_fabrics_persistent.timer'
    # images are made again
    assert_line --regexp '^Processing triggers for dracut '
    assert_line 0.1.0+1
    assert_line active
    run -0 on initiator 'systemctl start nvme_fabrics_persistent.service; cat /sys/class/nvme/*/cntlid | diff $TMPDIR/before -'
    run -0 on initiator "export $path"'; /usr/bin/dpkg -r nvmf-boot 2>&1; systemctl is-active nvme_fabrics_persistent.timer nvmf-boot-keeper.service; cat /sys/class/nvme/*/cntlid | diff $TMPDIR/before -'
    assert_line --partial 'root is on a fabric, and an image that is made from now on does not connect it'
    assert_line --regexp '^Processing triggers for dracut '
    assert_line inactive
    assert_line active
    run -0 on initiator "export $path"'; /usr/bin/dpkg -i /rig/newer.deb 2>&1; nvmf-boot status > /dev/null && echo live; cat /sys/class/nvme/*/cntlid | diff $TMPDIR/before -
        systemctl is-active nvme_fabrics_persistent.timer nvme_fabrics_persistent.path nvme_fabrics_persistent_conf.path'
    assert_line live
    # what the removal has stopped, the boot having enabled it
    assert_equal "$(grep -cx active <<< "$output")" 3
    run -0 writer_result
    assert_output --regexp '^[1-9][0-9]* writes, 0 failed'
}

@test "units of the same names that somebody has made by hand go on when the package is purged, and stay enabled" {
    local path='PATH=/usr/sbin:/usr/bin:/sbin:/bin INITRD=No'
    on initiator 'cd /etc/systemd/system; printf "[Service]\nType=oneshot\nExecStart=true\n" > nvme_fabrics_persistent.service
        printf "[Timer]\nOnActiveSec=1\nOnUnitInactiveSec=60\n[Install]\nWantedBy=timers.target\n" > nvme_fabrics_persistent.timer
        systemctl daemon-reload; systemctl enable --now nvme_fabrics_persistent.timer 2>&1'
    # by now the package knows of their links
    run -0 on initiator "export $path"'; /usr/bin/dpkg -i /rig/newer.deb 2>&1'
    assert_line --partial 'made by hand'
    run -0 on initiator "export $path"'; /usr/bin/dpkg -P nvmf-boot 2>&1; systemctl is-active nvme_fabrics_persistent.timer; ls /etc/systemd/system/timers.target.wants/nvme_fabrics_persistent.timer
        rm -r /etc/systemd/system/nvme_fabrics_persistent.* /etc/systemd/system/timers.target.wants/nvme_fabrics_persistent.timer; systemctl daemon-reload'
    assert_line active
    assert_line /etc/systemd/system/timers.target.wants/nvme_fabrics_persistent.timer
    # no link of ours is left
    run on initiator 'find /etc -name "*nvmf-boot*" -o -name "nvme_fabrics_persistent*"'
    assert_output ''
}

@test "an image with the words that the root on LVM on LUKS has said boots it" {
    local root=$VM_IMAGES/root kernel
    kernel=$(kernel_of "$root")
    mkdir "$root/rig/luks"
    printf 'luks%d UUID=20000000-0000-4000-8000-00000000000%d /etc/luks.key luks\n' 1 1 2 2 > "$root/rig/luks/crypttab"
    head -c 64 /dev/zero | tr '\0' k > "$root/rig/luks/key"
    run in_root "$root" dracut -q -f --no-compress --kver "$kernel" --kernel-cmdline "$(< "$rig_dir/luks-words")" \
        --add "crypt lvm dm" --omit "kernel-modules kernel-modules-extra qemu qemu-net nvdimm overlay-root lunmask resume virtiofs terminfo ifcfg" \
        --add-drivers "virtio_pci virtio_net virtio_console ext4 dm_mod dm_crypt xts aes sha256_generic" --force-drivers virtio_console \
        --include /rig/luks/crypttab /etc/crypttab --include /rig/luks/key /etc/luks.key /boot/luks.img
    mv "$root/boot/luks.img" "$rig_dir/initrd-luks.img"
    rm -r "$root/rig/luks"
    initiator_boot luks root=/dev/mapper/fabric-root
    run -0 wait_console initiator 'nvmf-boot is not installed in the real root'
    run -0 wait_console initiator 'MARK shell'
    run -0 on initiator 'grep " / " /proc/mounts; cat /sys/class/nvme/*/subsysnqn | sort -u; nvmf-boot cmdline'
    assert_line --regexp '^/dev/mapper/fabric-root / ext4 '
    assert_line "$nqn:data1"
    assert_line "$nqn:data2"
    assert_words "${lines[-1]}" "$words_of_both"
}
