# SPDX-License-Identifier: GPL-2.0-or-later
#
# The floors of src/: each file includes only its own folder and the folders above it in docs/design.md, section 3.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

# from the ground up
floors='base plan sources kernel decide state act host show run'

# includes FOLDER: "file included" for each include of the sources in FOLDER
includes() {
    (cd "$1" && grep -roE --include='*.[ch]' '^ *# *include +".*"' . | sed -E 's|^\./([^:]*):.*"(.*)"|\1 \2|' | sort)
}

# level FILE: the number of its floor; fails if it is on none
level() {
    local n=0 floor

    for floor in $floors; do
        n=$((n + 1))
        [[ $1 != "$floor"/* ]] || { echo "$n" && return; }
    done
    return 1
}

# broken_includes FOLDER: each file of FOLDER that is on no floor, and each include that leads up or nowhere
broken_includes() {
    local file included from to

    while read -r file; do
        level "$file" > /dev/null || echo "$file: is on no floor"
    done < <(cd "$1" && find . -type f -printf '%P\n' | sort)
    while read -r file included; do
        from=$(level "$file") || continue
        if ! to=$(level "$included"); then
            echo "$file: includes $included, which is on no floor"
        elif ((to > from)); then
            echo "$file: includes $included, which is a higher floor"
        elif [ ! -e "$1/$included" ]; then
            echo "$file: includes $included, which is not there"
        fi
    done < <(includes "$1")
}

# circles FOLDER: the units (a .c file with its header) of FOLDER that include each other, over however many others
circles() {
    includes "$1" | sed -E 's/\.[ch]( |$)/\1/g' | { tsort > /dev/null; } 2>&1
}

@test "a file includes only its own floor and those below it, and no units include each other in a circle" {
    [ "$(includes "$top/src" | wc -l)" -gt 100 ]
    run broken_includes "$top/src"
    assert_output ''
    run circles "$top/src"
    assert_output ''
}

@test "an include of a higher floor, of a missing file and in a circle is found" {
    src="$BATS_TEST_TMPDIR/src"
    mkdir -p "$src"/{base,run,attic}
    echo '#include "run/b.h"' > "$src/base/a.c"
    printf '#include "base/c.h"\n#include "base/none.h"\n#include "b.h"\n' > "$src/run/b.c"
    echo '#include "base/a.h"' > "$src/base/c.h"
    touch "$src"/{base/a.h,run/b.h,attic/d.c,e.c}
    run broken_includes "$src"
    assert_output "attic/d.c: is on no floor
e.c: is on no floor
base/a.c: includes run/b.h, which is a higher floor
run/b.c: includes b.h, which is on no floor
run/b.c: includes base/none.h, which is not there"
    run circles "$src"
    assert_failure
    assert_line 'tsort: -: input contains a loop:'
    assert_line 'tsort: base/a'
    assert_line 'tsort: base/c'
    assert_line 'tsort: run/b'
}
