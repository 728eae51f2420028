# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two boots, "seconds<tab>label" a line, one file each: their timelines as SVG.
FNR == 1 { row++ }
{
    n[row]++
    time[row, n[row]] = $1
    label[row, n[row]] = $2
    if ($1 > last) last = $1
    if (!first || $1 < first) first = $1
}
END {
    width = 760
    first = int(first) - 1
    scale = (width - 120) / (last - first)
    printf "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d 230' font-family='sans-serif' font-size='11'>\n", width + 70
    printf "<rect width='100%%' height='100%%' fill='white'/>\n"
    title[1] = "nvmf-boot"
    title[2] = "a hook that runs ip and nvme connect"
    for (r = 1; r <= 2; r++) {
        y = r * 105 - 20
        printf "<text x='10' y='%d' font-weight='bold'>%s</text>\n", y - 58, title[r]
        printf "<line x1='10' y1='%d' x2='%d' y2='%d' stroke='#888' stroke-width='3'/>\n", y, width, y
        for (i = 1; i <= n[r]; i++) {
            x = 10 + (time[r, i] - first) * scale
            up = 10 + (i % 4) * 11
            printf "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#b03060'/>\n", x, y - up, x, y + 4
            printf "<text x='%.1f' y='%d'>%s %.1f s</text>\n", x + 2, y - up + 4, label[r, i], time[r, i]
        }
    }
    printf "<text x='10' y='222' fill='#666'>seconds since the kernel started; software emulation, both guests on two cores</text>\n</svg>\n"
}
