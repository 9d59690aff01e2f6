/*
 * A scan of a line for sh: quotes, simple commands and their first word.
 * POSIX, "Shell Command Language"; what nests deeper than DEPTH_MAX is taken
 * for harmless.
 */
#include "shell.h"

#include <ctype.h>
#include <string.h>

#define DEPTH_MAX 16

/* A simple command under way. */
struct frame {
	size_t command; /* its first word, and how long it is; 0: not yet */
	size_t length;
	bool is_quoted; /* inside "..." */
};

struct scan {
	const char *text;
	size_t at;
	size_t depth;
	struct frame frames[DEPTH_MAX];
};

/* Done by sh itself, without a process that has arguments. */
static const char *const builtins[] = { ".", ":", "[", "case", "cd", "echo",
	"eval", "exit", "export", "for", "local", "printf", "read", "readonly",
	"return", "set", "shift", "test", "trap", "true", "umask", "unset" };

/* Behind these a command begins anew. */
static const char *const openers[] = { "!", "do", "elif", "else", "if", "then",
	"until", "while", "{" };

static bool
is_among(const char *const *list, size_t n, const char *word, size_t length)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == length &&
		    memcmp(list[i], word, length) == 0)
			return true;
	return false;
}

static bool
is_name_character(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

/* The length of "NAME=" in front of a value, or 0. */
static size_t
assignment_length(const char *at)
{
	size_t n = 0;

	while (is_name_character(at[n]))
		n++;
	return n > 0 && at[n] == '=' ? n + 1 : 0;
}

/* "$NAME" or "${NAME": its length, or 0. */
static size_t
use_length(const char *at, const char *name)
{
	const size_t length = strlen(name);
	const size_t begin = at[1] == '{' ? 2 : 1;

	if (at[0] != '$' || strncmp(at + begin, name, length) != 0 ||
	    is_name_character(at[begin + length]))
		return 0;
	return begin == 1 ? length + 1 : strcspn(at, "}") + 1;
}

static void
begin_command(struct scan *s)
{
	s->frames[s->depth].length = 0;
}

/* The first word of a command, or what stands before it. Moves on. */
static void
take_word(struct scan *s)
{
	struct frame *frame = &s->frames[s->depth];
	const char *at = s->text + s->at;
	const size_t n = strcspn(at, " \t\n;|&()<>\"'`$");
	const size_t assigned = assignment_length(at);

	if (assigned > 0) {
		s->at += assigned;
		/* Up to its end nothing of it is an argument. */
		while (s->text[s->at] != '\0' &&
		       strchr(" \t\n;|&()", s->text[s->at]) == NULL) {
			const char quote = s->text[s->at++];

			if (quote != '"' && quote != '\'')
				continue;
			while (
			    s->text[s->at] != '\0' && s->text[s->at] != quote)
				s->at++;
			s->at += s->text[s->at] != '\0';
		}
		return;
	}
	if (!is_among(openers, sizeof openers / sizeof openers[0], at, n)) {
		frame->command = s->at;
		frame->length = n;
	}
	s->at += n;
}

/* Goes past what is no word: quotes, separators, substitutions. False: the
 * look ends here. */
static bool
take_sign(struct scan *s)
{
	struct frame *frame = &s->frames[s->depth];
	const char *at = s->text + s->at;

	if (*at == '\'' && !frame->is_quoted) {
		const char *end = strchr(at + 1, '\'');

		s->at =
		    end == NULL ? strlen(s->text) : (size_t)(end - s->text) + 1;
		return true;
	}
	s->at++;
	if (*at == '\\' && at[1] != '\0')
		s->at++;
	else if (*at == '"')
		frame->is_quoted = !frame->is_quoted;
	else if (strncmp(at, "$(", 2) == 0 ||
		 (*at == '(' && !frame->is_quoted)) {
		s->at += *at == '$';
		if (++s->depth == DEPTH_MAX)
			return false;
		s->frames[s->depth] = (struct frame){ 0 };
	} else if (*at == ')' && !frame->is_quoted && s->depth > 0)
		s->depth--;
	else if (strncmp(at, "<<", 2) == 0 && !frame->is_quoted)
		return false;
	else if (!frame->is_quoted && strchr("\n;|&)", *at) != NULL)
		begin_command(s); /* `)`: behind a pattern of `case` */
	return true;
}

static bool
is_argument(const struct scan *s)
{
	const struct frame *frame = &s->frames[s->depth];

	return frame->length > 0 &&
	       !is_among(builtins, sizeof builtins / sizeof builtins[0],
		   s->text + frame->command, frame->length);
}

bool
shell_argument(const char *text, const char *name, struct shell_use *use)
{
	struct scan s = { .text = text };

	while (text[s.at] != '\0') {
		const struct frame *frame = &s.frames[s.depth];
		const size_t n = use_length(text + s.at, name);
		const bool is_blank = strchr(" \t", text[s.at]) != NULL;

		if (n > 0 && is_argument(&s)) {
			*use = (struct shell_use){ s.at, n,
				text + frame->command, frame->length };
			return true;
		}
		if (n > 0)
			s.at += n;
		else if (is_blank)
			s.at++;
		else if (frame->length == 0 && !frame->is_quoted &&
			 strchr("\n;|&()<>\"'`$\\", text[s.at]) == NULL)
			take_word(&s);
		else if (!take_sign(&s))
			return false;
	}
	return false;
}
