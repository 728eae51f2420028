# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two boots, "seconds<tab>label" a line in order of time, one file each: both on one axis, as SVG. A bar reaches from
# the start of the kernel to the mount of root. No text overlaps another one or a line: the label of an event stands to
# the right of its line and higher than the labels of all later events that it reaches.
function x_of(seconds) { return left + seconds * scale }
function is_total(r, i) { return label[r, i] == "root mounted" }
function label_of(r, i) { return label[r, i] " " sprintf("%.1f", time[r, i]) " s" }
# where the label ends, at most: no renderer is asked how wide its letters are
function end_of(r, i) { return x_of(time[r, i]) + length(label_of(r, i)) * (is_total(r, i) ? 8 : 7) }

# level[r, i]: 1 is nearest to the bar; returns the highest
function set_levels(r,    i, j, highest) {
    for (i = n[r]; i >= 1; i--) {
        level[r, i] = 1
        for (j = i + 1; j <= n[r]; j++)
            if (x_of(time[r, j]) < end_of(r, i) + gap && level[r, j] >= level[r, i])
                level[r, i] = level[r, j] + 1
        if (level[r, i] > highest) highest = level[r, i]
    }
    return highest
}

function print_event(r, i, bar,    x, y) {
    x = x_of(time[r, i])
    y = bar - 6 - level[r, i] * line_height
    printf "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#b03060'/>\n", x, y, x, bar + bar_height
    printf "<text x='%.1f' y='%d'%s>%s</text>\n", x + 4, y + 9, is_total(r, i) ? bold : "", label_of(r, i)
}

# returns where the next row begins
function print_row(r, top,    i, bar, total) {
    bar = top + 24 + set_levels(r) * line_height
    for (i = 1; i <= n[r]; i++)
        if (is_total(r, i)) total = time[r, i]
    printf "<text x='%d' y='%d'%s>%s: root mounted after %.1f s</text>\n", left, top + 12, bold, title[r], total
    printf "<rect x='%d' y='%d' width='%.1f' height='%d'", left, bar, total * scale, bar_height
    printf " fill='%s'/>\n", colour[r]
    for (i = 1; i <= n[r]; i++)
        print_event(r, i, bar)
    return bar + bar_height + 14
}

function print_axis(y,    s) {
    printf "<line x1='%d' y1='%d' x2='%.1f' y2='%d' stroke='#444'/>\n", left, y, x_of(last), y
    for (s = 0; s <= last; s += 5) {
        printf "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#444'/>\n", x_of(s), y, x_of(s), y + 5
        printf "<text x='%.1f' y='%d' text-anchor='middle'>%d</text>\n", x_of(s), y + 17, s
    }
    printf "<text x='%d' y='%d' fill='#444'>seconds since the kernel started; ", left, y + 34
    printf "software emulation, both guests on two cores</text>\n"
}

FNR == 1 { row++ }
{
    n[row]++
    time[row, n[row]] = $1
    label[row, n[row]] = $2
    if ($1 > last) last = $1
}
END {
    title[1] = "nvmf-boot"
    title[2] = "a hook that runs ip and nvme connect"
    colour[1] = "#5b8db8"
    colour[2] = "#a0a0a0"
    left = 20
    gap = 8
    line_height = 15
    bar_height = 10
    bold = " font-weight='bold'"
    scale = 700 / last
    height = 126
    for (r = 1; r <= 2; r++) {
        height += set_levels(r) * line_height
        for (i = 1; i <= n[r]; i++)
            if (end_of(r, i) > width) width = end_of(r, i)
    }
    printf "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'", width + left, height + 20
    printf " font-family='sans-serif' font-size='12'>\n"
    printf "<rect width='100%%' height='100%%' fill='white'/>\n"
    print_axis(print_row(2, print_row(1, 4)) - 4)
    printf "</svg>\n"
}
