# The commands and options of an mdoc page, one a line: "command" and "command
# --option" of its SYNOPSIS, or of its DESCRIPTION, whichever `part` names.
/^\.Sh / { section = $2; command = "" }
section != part { next }
part == "SYNOPSIS" && /^\.Nm/ { command = "" }
/^\.Cm / && part == "SYNOPSIS" { command = $2; print command }
/^\.Bl/ { depth++ }
/^\.El/ && --depth == 0 { command = "" }
/^\.It Cm / && depth == 1 { command = $3; print command }
command == "" || part == "DESCRIPTION" && !/^\.It Fl / { next }
{
	for (i = 1; i < NF; i++)
		if ($i == "Fl" || $i == ".Fl")
			print command, "-" $(i + 1)
}
