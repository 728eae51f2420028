# SPDX-License-Identifier: GPL-2.0-or-later
#
# nvmf-boot --help | awk -f fill.awk - TEMPLATE: prints the template, a completion for a shell. What the help lists is put
# in place of each line that holds an @ and a name. The program prints its help from its tables, so nothing is listed twice.
#
#   command[1 to commands], about[command], operand[command] ("FILE"; there is none if it takes no argument)
#   long[1 to options] ("--wait"), short[] ("-n" or ""), value[] ("SECONDS" or ""), value_is_optional[], help[], and
#   owners[]: the commands that take the option (",connect,status,"), or "" if all do

FILENAME == "-" && /^[^ ]/ { section = $0 }
FILENAME == "-" && /^  / && section == "Commands:" { read_command($0) }
FILENAME == "-" && /^  / && section == "Options:" { read_option($0) }
FILENAME == "-" { next }

!commands || !options {
	print "fill.awk: the help lists no commands or no options" > "/dev/stderr"
	exit 1
}

match($0, /@[a-z]+/) { fill(substr($0, RSTART, RLENGTH)); next }
{ print }

function read_command(line)
{
	command[++commands] = $1
	sub(/^ +[^ ]+ +/, "", line)
	if (match(line, /^\[[A-Z]+\]/)) {
		operand[$1] = substr(line, 2, RLENGTH - 2)
		sub(/^[^ ]+ +/, "", line)
	}
	about[$1] = line
}

function read_option(line)
{
	options++
	if (match(line, /-[a-z],/))
		short[options] = substr(line, RSTART, 2)
	match(line, /--[a-z-]+/)
	long[options] = substr(line, RSTART, RLENGTH)
	line = substr(line, RSTART + RLENGTH)
	value_is_optional[options] = line ~ /^\[/
	if (match(line, /^\[?=[A-Z]+/))
		value[options] = substr(line, RSTART + value_is_optional[options] + 1, RLENGTH - value_is_optional[options] - 1)
	sub(/^[^ ]* +/, "", line)
	if (match(line, /^[a-z]+(, [a-z]+)*: /)) {
		owners[options] = "," substr(line, 1, RLENGTH - 2) ","
		gsub(/ /, "", owners[options])
		line = substr(line, RLENGTH + 1)
	}
	help[options] = line
}

function fill(name, i)
{
	if (name == "@common") {
		sub(name, spellings_of(""))
		print
	} else if (name == "@options") {
		for (i = 1; i <= commands; i++)
			print "        ['" command[i] "']='" spellings_of(command[i]) "'"
	} else if (name == "@values") {
		for (i = 1; i <= options; i++)
			print_values(i)
	} else if (name == "@operands") {
		for (i in operand)
			print "        ['" i "']=" operand[i]
	} else if (name == "@arrays") {
		print_arrays()
	}
}

# name: of a command, or "" for what all commands take
function is_option_of(i, name)
{
	return name ? index(owners[i], "," name ",") : !owners[i]
}

# ---- bash ----

# each way to begin an option of a command: "-n --dry-run"; where a value follows, it ends in =
function spellings_of(name, i, list)
{
	for (i = 1; i <= options; i++) {
		if (!is_option_of(i, name))
			continue
		list = list (short[i] ? " " short[i] : "")
		if (!value[i] || value_is_optional[i])
			list = list " " long[i]
		if (value[i])
			list = list " " long[i] "="
	}
	return substr(list, 2)
}

function print_values(i)
{
	if (!value[i])
		return
	if (!value_is_optional[i])
		print "        ['" long[i] "']=" value[i]
	print "        ['" long[i] "=']=" value[i]
}

# ---- zsh ----

function print_arrays(i)
{
	print "local -a commands=("
	for (i = 1; i <= commands; i++)
		print "    " quoted(command[i] ":" about[command[i]])
	print ")"
	print_specs("common", "")
	for (i = 1; i <= commands; i++)
		print_specs("options_of_" command[i], command[i])
}

function print_specs(array, name, i)
{
	print "local -a " array "=("
	if (operand[name])
		print "    " quoted("1:" value_spec(operand[name]))
	for (i = 1; i <= options; i++)
		if (is_option_of(i, name))
			print "    " option_spec(i)
	print ")"
}

# what _arguments takes
function option_spec(i, text)
{
	text = help[i]
	gsub(/[][\\]/, "\\\\&", text)
	text = "[" text "]"
	if (value[i])
		text = (value_is_optional[i] ? "=-" : "=") text (value_is_optional[i] ? "::" : ":") value_spec(value[i])
	if (!short[i])
		return quoted(long[i] text)
	return quoted("(" short[i] " " long[i] ")") "{" short[i] "," long[i] "}" quoted(text)
}

function value_spec(kind)
{
	return kind == "DIR" ? "directory:_files -/" : kind == "FILE" ? "file:_files" : tolower(kind) ":"
}

function quoted(text)
{
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}
