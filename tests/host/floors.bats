# SPDX-License-Identifier: GPL-2.0-or-later
#
# The floors of src/: each file includes only its own folder and the folders above it in docs/design.md, section 3.

bats_require_minimum_version 1.8.0
bats_load_library bats-support
bats_load_library bats-assert

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

# from the ground up
floors='base plan sources kernel decide state act host show run'

# broken_includes FOLDER: each include of the sources in FOLDER that leads up or nowhere, and each file on no floor
broken_includes() {
    (cd "$1" && find . -name '*.[ch]' | sort | xargs grep -HoE '^#include ".*"|^#pragma once|^/\* SPDX' | sed 's|^\./||') | awk -v floors="$floors" -v src="$1" '
        BEGIN { n = split(floors, names, " "); for (i = 1; i <= n; i++) level[names[i]] = i }
        function floor_of(path,    parts) { return split(path, parts, "/") > 1 && parts[1] in level ? level[parts[1]] : 0 }
        {
            file = substr($0, 1, index($0, ":") - 1)
            if (!floor_of(file) && !(file in said)) { print file ": is on no floor"; said[file] = 1 }
            if ($0 !~ /#include/) next
            included = $0; sub(/^.*#include "/, "", included); sub(/".*/, "", included)
            if (!floor_of(included)) print file ": includes " included ", which is on no floor"
            else if (floor_of(included) > floor_of(file)) print file ": includes " included ", which is a higher floor"
            else if (system("test -e " src "/" included)) print file ": includes " included ", which is not there"
        }'
}

# circles FOLDER: pairs of units (a .c file with its header) of FOLDER that include each other
circles() {
    (cd "$1" && find . -name '*.[ch]' | sort | xargs grep -HoE '^#include ".*"' | sed 's|^\./||') \
        | sed -E 's|^([^:]*)\.[ch]:#include "(.*)\.h"|\1 \2|' | awk '$1 != $2 { seen[$1 " " $2] = 1 }
            END { for (pair in seen) { split(pair, unit, " "); if ((unit[2] " " unit[1]) in seen) print unit[1] " and " unit[2] " include each other" } }' | sort
}

@test "a file includes only its own floor and those below it, and no two units include each other" {
    run broken_includes "$top/src"
    assert_output ''
    run circles "$top/src"
    assert_output ''
}

@test "an include of a higher floor, of a missing file and in a circle is found" {
    mkdir -p "$BATS_TEST_TMPDIR"/src/{base,run,attic}
    echo '#include "run/b.h"' > "$BATS_TEST_TMPDIR/src/base/a.c"
    printf '#include "base/a.h"\n#include "base/none.h"\n' > "$BATS_TEST_TMPDIR/src/run/b.c"
    touch "$BATS_TEST_TMPDIR"/src/{base/a.h,run/b.h}
    echo '#include "base/a.h"' > "$BATS_TEST_TMPDIR/src/attic/c.c"
    run broken_includes "$BATS_TEST_TMPDIR/src"
    assert_line 'base/a.c: includes run/b.h, which is a higher floor'
    assert_line 'run/b.c: includes base/none.h, which is not there'
    assert_line 'attic/c.c: is on no floor'
    run circles "$BATS_TEST_TMPDIR/src"
    assert_line 'base/a and run/b include each other'
}
